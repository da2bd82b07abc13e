using System.Text;
using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Images.Catalogs;

namespace Unbounded.Agent.Images.Tests.Catalogs;

public sealed class CatalogTests
{
    private const string Hex = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";
    private const string Good = $"""
        # the fleet's
        stable: "1.34.1"
        images:
          - version: 1.34.1
            url: https://host/os.img.zst
            checksum: "sha256:{Hex}"
            size: 1073741824
            later: [1, 2]
          - {"{"}version: '1.33.5', url: ./os.img, checksum: 'sha256:{Hex}', size: 5{"}"}
        blocked: [1.33.0, "1.33.1"]
        """;

    [Fact]
    public void Parse_OfACatalog_ReadsIt()
    {
        var catalog = Parse(Good);

        Assert.Equal("1.34.1", catalog.Stable);
        Assert.Equal(["1.34.1", "1.33.5"], catalog.Images.Select(i => i.Version));
        Assert.Equal((1073741824, Hex, "https://host/os.img.zst"), (catalog.Images[0].SizeBytes, catalog.Images[0].Checksum.Hex, catalog.Images[0].Url));
        Assert.Equal(["1.33.0", "1.33.1"], catalog.Blocked);
    }

    [Theory]
    [InlineData("2030-01-31T12:00:00Z")]
    [InlineData("2030-01-31T14:00:00.000+02:00")]
    public void Parse_OfWhatCountsAndExpires_ReadsIt(string expires)
    {
        var catalog = Parse($"images: []\nserial: 12\nexpires: {expires}");

        Assert.Equal((12, new DateTimeOffset(2030, 1, 31, 12, 0, 0, TimeSpan.Zero)), (catalog.Serial, catalog.Expires));
        Assert.Equal((null, null), (Parse("images: []").Serial, Parse("images: []").Expires));
    }

    [Fact]
    public void Parse_OfJson_ReadsItToo() =>
        Assert.Equal("2", Assert.Single(Parse($$"""{"images":[{"version":"2","url":"x","checksum":"sha256:{{Hex}}","size":"7"}]}""").Images).Version);

    [Theory]
    [InlineData("", "is empty")]
    [InlineData("text", "is no map")]
    [InlineData("- 1", "is no map")]
    [InlineData("{}", "images: is no list")]
    [InlineData("images: {}", "images: is no list")]
    [InlineData("images: [1]", "images[0]: is no map")]
    [InlineData("images: [{url: x, checksum: x, size: 1}]", "images[0].version: is missing")]
    [InlineData("images: [{version: 1, url: x, checksum: 'sha256:1', size: 1}]", "images[0].checksum: is not sha256:")]
    [InlineData($"images: [{{version: 1, url: x, checksum: 'sha256:{Hex}', size: -1}}]", "images[0].size: is no number")]
    [InlineData("images: []\nserial: 0", "serial: is no positive number")]
    [InlineData("images: []\nserial: [1]", "serial: is no positive number")]
    [InlineData("images: []\nserial: 99999999999999999999", "serial: is no positive number")]
    [InlineData("images: []\nexpires: tomorrow", "expires: is no time")]
    [InlineData("images: []\nexpires: {}", "expires: is no time")]
    [InlineData("images: []\nblocked: 5", "blocked: is no list")]
    [InlineData("images: []\nblocked: [{}]", "blocked: is no list")]
    [InlineData("images: []\nimages: []", "a key twice")]
    [InlineData("a: &x 1\nimages: []\nb: *x", "anchor, alias or tag")]
    [InlineData("images: !!str x", "anchor, alias or tag")]
    [InlineData("images: []\n---\nimages: []", "second document")]
    [InlineData("images: [", "not valid YAML")]
    [InlineData("a\0b", "not text in UTF-8")]
    [InlineData("? [a]\n: 1\n", "no text")]
    [InlineData("images: [[[[[[[[[[[[]]]]]]]]]]]]", "too deeply")]
    public void Parse_OfWhatIsNone_SaysWhere(string text, string expected)
    {
        var error = Assert.Throws<AgentException>(() => Parse(text));

        Assert.Equal(ImageErrors.CatalogInvalid, error.Code);
        Assert.Contains(expected, error.Why, StringComparison.Ordinal);
    }

    [Fact]
    public void Parse_OfSeveralFaults_SaysAllOfThem() =>
        Assert.Equal(3, Assert.Throws<AgentException>(() => Parse("images: [{version: 1}, {}]\nblocked: 1".Replace("{}", $"{{version: 1, url: x, checksum: 'sha256:{Hex}', size: 1}}", StringComparison.Ordinal).Replace("{version: 1}", "{version: 1, url: x, checksum: y, size: z}", StringComparison.Ordinal))).Details.Count);

    [Fact]
    public void Parse_OfAnyCutOrChangedByte_EndsOrIsRefused()
    {
        var bytes = Encoding.UTF8.GetBytes(Good);
        var random = new Random(5);
        for (var i = 0; i < 2000; i++)
        {
            var mutant = bytes[..random.Next(1, bytes.Length + 1)];
            mutant[random.Next(mutant.Length)] = (byte)random.Next(256);
            try
            {
                Catalog.Parse("mutant", mutant);
            }
            catch (AgentException e)
            {
                Assert.Equal(ImageErrors.CatalogInvalid, e.Code);
            }
        }
    }

    private static Catalog Parse(string text) => Catalog.Parse("catalog", Encoding.UTF8.GetBytes(text));
}
