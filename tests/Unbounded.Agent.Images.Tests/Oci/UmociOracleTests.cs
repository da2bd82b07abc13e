using Unbounded.Agent.Images.References;
using Unbounded.Agent.Images.Store;
using Unbounded.Agent.Images.Tests.Support;
using Unbounded.Agent.Images.Unpacking;

namespace Unbounded.Agent.Images.Tests.Oci;

/// <summary>Layers that umoci made of real changes to a tree, unpacked by umoci and by us, entry by entry.</summary>
public sealed class UmociOracleTests : IDisposable
{
    private readonly TempDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task EnsureAsync_LayersOfRealChanges_AreWhatUmociMakesOfThem()
    {
        TempDirectory.Shell($"""
            cd {_directory.Path}
            umoci init --layout layout
            umoci new --image layout:v1
            umoci unpack --image layout:v1 one 2>/dev/null
            cd one/rootfs
            mkdir -p usr/bin etc/conf.d var/log opt/app/lib opt/app/data
            ln -s usr/bin bin; echo tool > usr/bin/tool; chmod 4755 usr/bin/tool; ln usr/bin/tool usr/bin/alias
            for i in 1 2 3; do echo $i > etc/conf.d/$i; echo $i > opt/app/lib/$i; echo $i > opt/app/data/$i; done
            setfattr -n user.note -v kept etc/conf.d/1; setcap cap_net_raw+ep usr/bin/tool
            chown -R 33:33 var/log; chmod 1777 var/log
            cd ../..; umoci repack --image layout:v1 one 2>/dev/null
            umoci unpack --image layout:v1 two 2>/dev/null
            cd two/rootfs
            rm etc/conf.d/2; rm -r opt/app/data; mkdir opt/app/data; echo new > opt/app/data/new
            rm -r opt/app/lib; echo 'now a file' > opt/app/lib
            rm bin; mkdir bin; echo other > bin/tool; rm usr/bin/alias; chmod 755 var/log
            cd ../..; umoci repack --image layout:v1 two 2>/dev/null
            umoci unpack --image layout:v1 three 2>/dev/null
            cd three/rootfs; echo more >> etc/conf.d/3; rm -r bin; ln -s usr/bin bin
            cd ../..; umoci repack --image layout:v1 three 2>/dev/null
            umoci unpack --image layout:v1 expected 2>/dev/null
            """);
        var store = await ImageStore.OpenAsync(
            new ImageStoreOptions { Root = _directory.Sub("store"), Unpack = new UnpackOptions { Devices = DevicePolicy.All } },
            TimeProvider.System,
            Microsoft.Extensions.Logging.Abstractions.NullLogger<ImageStore>.Instance);
        var image = await store.EnsureAsync(new LayoutReference(_directory.Sub("layout"), "v1", null));
        TreeListing.AssertEqual(_directory.Sub("expected/rootfs"), image.Root);
        Assert.False(File.Exists(Path.Combine(image.Root, "etc/conf.d/2")));
    }
}
