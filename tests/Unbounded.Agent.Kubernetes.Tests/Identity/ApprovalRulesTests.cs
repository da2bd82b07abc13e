using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Unbounded.Agent.Kubernetes.Identity;

namespace Unbounded.Agent.Kubernetes.Tests.Identity;

public sealed class ApprovalRulesTests
{
    private const string Token = "bootstrap-token-abcdef";
    private static readonly MachineKey Key = MachineKey.Create();

    [Fact]
    public void Objection_TheMachinesOwnRequestWithTheTokenThatItsMachineNames_IsNone() =>
        Assert.Null(ApprovalRules.Objection(Request(), "edge-1", Token, isRegistered: true, key: null));

    [Fact]
    public void Objection_AKeyThatThePersonCompared_NeedsNoMachine() =>
        Assert.Null(ApprovalRules.Objection(Request(), "edge-1", null, isRegistered: false, Key.Fingerprint));

    [Fact]
    public void Objection_NothingTiesTheTokenToTheMachine_IsOne() =>
        Assert.Contains("bootstrapTokenRef", ApprovalRules.Objection(Request(), "edge-1", null, isRegistered: true, key: null), StringComparison.Ordinal);

    [Fact]
    public void Objection_AnotherMachinesToken_IsOneEvenWithTheKey() =>
        Assert.Contains("bootstrap-token-zzzzzz", ApprovalRules.Objection(Request(), "edge-1", "bootstrap-token-zzzzzz", isRegistered: true, Key.Fingerprint), StringComparison.Ordinal);

    [Fact]
    public void Objection_AnotherKeyThanThePersonSaw_IsOne() =>
        Assert.Contains("its key is", ApprovalRules.Objection(Request(), "edge-1", Token, isRegistered: true, "SHA256:00"), StringComparison.Ordinal);

    [Fact]
    public void Objection_ARenewalByTheMachineItself_IsNoneWhileThereIsTheMachine()
    {
        var renewal = Request() with { Requester = "unbounded:machine:edge-1" };

        Assert.Null(ApprovalRules.Objection(renewal, "edge-1", null, isRegistered: true, key: null));
        Assert.NotNull(ApprovalRules.Objection(renewal, "edge-1", null, isRegistered: false, key: null));
    }

    [Theory]
    [InlineData("unbounded:machine:edge-2")]
    [InlineData("system:node:node-1")]
    [InlineData("system:serviceaccount:default:default")]
    [InlineData("")]
    public void Objection_SomebodyElseFiledIt_IsOne(string requester) =>
        Assert.NotNull(ApprovalRules.Objection(Request() with { Requester = requester }, "edge-1", Token, isRegistered: true, Key.Fingerprint));

    [Theory]
    [InlineData("kubernetes.io/kubelet-serving")]
    [InlineData("kubernetes.io/kube-apiserver-client-kubelet")]
    [InlineData("example.com/any")]
    public void Objection_AnotherSigner_IsOne(string signer) =>
        Assert.NotNull(ApprovalRules.Objection(Request() with { Signer = signer }, "edge-1", Token, isRegistered: true, key: null));

    [Theory]
    [InlineData("server auth")]
    [InlineData("client auth", "server auth")]
    [InlineData("client auth", "cert sign")]
    [InlineData("digital signature")]
    public void Objection_OtherUsages_AreOne(params string[] usages) =>
        Assert.NotNull(ApprovalRules.Objection(Request() with { Usages = usages }, "edge-1", Token, isRegistered: true, key: null));

    [Theory]
    [InlineData("CN=unbounded:machine:edge-2")]
    [InlineData("CN=system:admin")]
    [InlineData("O=system:masters, CN=unbounded:machine:edge-1")]
    [InlineData("CN=unbounded:machine:edge-1, CN=x")]
    [InlineData("O=unbounded:machine:edge-1")]
    public void Objection_AnotherOrALargerName_IsOne(string name)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = Request() with { Pkcs10 = new CertificateRequest(name, key, HashAlgorithmName.SHA256).CreateSigningRequestPem() };

        Assert.NotNull(ApprovalRules.Objection(request, "edge-1", Token, isRegistered: true, key: null));
    }

    [Fact]
    public void Objection_OtherNamesBesideIt_AreOne()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var asked = new CertificateRequest("CN=unbounded:machine:edge-1", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("kubernetes.default");
        asked.CertificateExtensions.Add(names.Build());

        Assert.Contains("extensions", ApprovalRules.Objection(Request() with { Pkcs10 = asked.CreateSigningRequestPem() }, "edge-1", Token, isRegistered: true, key: null), StringComparison.Ordinal);
    }

    [Fact]
    public void Objection_AnotherKindOfKey_IsOne()
    {
        using var rsa = RSA.Create(2048);
        var asked = new CertificateRequest("CN=unbounded:machine:edge-1", rsa, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);

        Assert.Contains("P-256", ApprovalRules.Objection(Request() with { Pkcs10 = asked.CreateSigningRequestPem() }, "edge-1", Token, isRegistered: true, key: null), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("garbage")]
    [InlineData("-----BEGIN CERTIFICATE REQUEST-----\nAAAA\n-----END CERTIFICATE REQUEST-----\n")]
    public void Objection_WhatIsNoRequest_IsOneAndItIsNoMachines(string pkcs10)
    {
        Assert.NotNull(ApprovalRules.Objection(Request() with { Pkcs10 = pkcs10 }, "edge-1", Token, isRegistered: true, key: null));
        Assert.Null(ApprovalRules.MachineOf(Request() with { Pkcs10 = pkcs10 }));
    }

    // Who signs takes the first block, with headers or without; a reader that passes over one with headers would judge another.
    [Theory]
    [InlineData("BLOCK", "")]
    [InlineData("", "BLOCK")]
    [InlineData("HEADED", "")]
    [InlineData("garbage\n", "")]
    [InlineData("", "garbage\n")]
    [InlineData("\n", "")]
    public void Objection_MoreThanOneRequest_IsOneAndItIsNoMachines(string before, string behind)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var large = new CertificateRequest("O=large, CN=large", key, HashAlgorithmName.SHA256).CreateSigningRequestPem() + "\n";
        var headed = large.Replace("REQUEST-----\n", "REQUEST-----\nX: y\n\n", StringComparison.Ordinal);
        var request = Request() with { Pkcs10 = Filled(before) + Key.RequestFor("edge-1").TrimEnd() + "\n" + Filled(behind) };

        Assert.NotNull(ApprovalRules.Objection(request, "edge-1", Token, isRegistered: true, Key.Fingerprint));
        Assert.Null(ApprovalRules.MachineOf(request));
        Assert.NotNull(ApprovalRules.MachineOf(request with { Pkcs10 = Key.RequestFor("edge-1").TrimEnd() + "\n" }));

        string Filled(string what) => what.Replace("BLOCK", large, StringComparison.Ordinal).Replace("HEADED", headed, StringComparison.Ordinal);
    }

    // Ed25519, which the platform has no algorithm for: openssl req -new -key KEY -subj /CN=unbounded:machine:edge-1
    [Fact]
    public void Objection_AnAlgorithmThatIsNotKnownHere_IsOneAndItIsNoMachines()
    {
        var request = Request() with
        {
            Pkcs10 = """
                -----BEGIN CERTIFICATE REQUEST-----
                MIGiMFYCAQAwIzEhMB8GA1UEAwwYdW5ib3VuZGVkOm1hY2hpbmU6ZWRnZS0xMCow
                BQYDK2VwAyEAp3d1bl6F0O4kNsGYn2+PuY+Jlx0dE6kPRE/7ORSrtWSgADAFBgMr
                ZXADQQA/ISk/jIhIKWlHqasOup4dogwCeYEvbjphZt2PEieLRHFGblXM7NHhJd0T
                OGOPGzgOwk/RBNF2zmV3Ma+wfwUN
                -----END CERTIFICATE REQUEST-----

                """,
        };

        Assert.NotNull(ApprovalRules.Objection(request, "edge-1", Token, isRegistered: true, key: null));
        Assert.Null(ApprovalRules.MachineOf(request));
        Assert.Null(ApprovalRules.FingerprintOf(request));
    }

    [Fact]
    public void Objection_ARequestThatItsKeyHasNotSigned_IsOne()
    {
        var pem = Key.RequestFor("edge-1");
        var der = Convert.FromBase64String(pem[PemEncoding.Find(pem).Base64Data]);
        der[^1] ^= 1;

        Assert.NotNull(ApprovalRules.Objection(Request() with { Pkcs10 = PemEncoding.WriteString("CERTIFICATE REQUEST", der) }, "edge-1", Token, isRegistered: true, key: null));
    }

    [Fact]
    public void MachineOf_OnesOwn_IsItsName()
    {
        Assert.Equal("edge-1", ApprovalRules.MachineOf(Request()));
        Assert.Equal(Key.Fingerprint, ApprovalRules.FingerprintOf(Request()));
    }

    [Theory]
    [InlineData("..")]
    [InlineData("")]
    [InlineData("a/b")]
    [InlineData("Edge-1")]
    [InlineData("edge-1 ")]
    public void MachineOf_WhatCanBeNoMachinesName_IsNone(string name)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var subject = new X500DistinguishedNameBuilder();
        subject.AddCommonName("unbounded:machine:" + name);
        var pkcs10 = new CertificateRequest(subject.Build(), key, HashAlgorithmName.SHA256).CreateSigningRequestPem();

        Assert.Null(ApprovalRules.MachineOf(Request() with { Pkcs10 = pkcs10 }));
    }

    private static SigningRequest Request() => new(
        "unbounded-machine-edge-1-0", "system:bootstrap:abcdef", SigningRequest.ClientSigner, SigningRequest.ClientUsages, Key.RequestFor("edge-1"), null, null, false);
}
