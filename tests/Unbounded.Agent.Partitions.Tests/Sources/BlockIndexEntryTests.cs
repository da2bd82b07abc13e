using System.Text;
using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Partitions.Slots;
using Unbounded.Agent.Partitions.Sources;
using Unbounded.Agent.Partitions.Updates;

namespace Unbounded.Agent.Partitions.Tests.Sources;

/// <summary>What an index of updates says of a block index.</summary>
public sealed class BlockIndexEntryTests
{
    private static readonly string Sum = new('0', 64);
    private static readonly Uri Location = new("https://host/os/index.json");

    [Fact]
    public void Target_OfAnImageWithABlockIndex_NamesItWhole()
    {
        var image = Of($$"""{"url":"x.index","sha256":"{{Sum}}","image":"x.img"}""");

        Assert.Equal(new(new("https://host/os/x.index"), Digest, new("https://host/os/x.img")), image.Blocks);
        Assert.Equal(5, image.FileBytes);
    }

    [Fact]
    public void Target_OfAnImageThatIsNotCompressed_TakesItsBlocksFromThere() =>
        Assert.Equal(new Uri("https://host/os/os.img"), Of($$"""{"url":"x.index","sha256":"{{Sum}}"}""").Blocks!.Image);

    [Theory]
    [InlineData("""{"url":"x","sha256":"0"}""", "block_index.sha256")]
    [InlineData("""{"url":"ftp://h/x","sha256":"SUM"}""", "block_index has a location")]
    [InlineData("""{"url":"x","sha256":"SUM","image":"ftp://h/x"}""", "block_index has a location")]
    [InlineData("""{"url":"file:///etc/shadow","sha256":"SUM"}""", "a file of this host")]
    [InlineData("""{"url":"x","sha256":"SUM","image":"file:///dev/sda"}""", "a file of this host")]
    [InlineData("""{"url":"x"}""", "sha256")]
    [InlineData("""{"url":null,"sha256":"SUM"}""", "url")]
    public void Parse_OfABlockIndexThatCanNotBe_SaysWhich(string blocks, string why)
    {
        var error = Assert.Throws<AgentException>(() => Parse(blocks.Replace("SUM", Sum, StringComparison.Ordinal)));

        Assert.Equal(PartitionsErrors.IndexInvalid, error.Code);
        Assert.Contains(why, error.Why, StringComparison.Ordinal);
    }

    private static Images.References.ContentDigest Digest => Images.References.ContentDigest.FromHex(Sum)!;

    private static PartitionImage Of(string blocks) =>
        PartitionImage.Of(new UpdateTargets("host", new UpdateSettings(), new UpdateTiming()).Of(Parse(blocks).Images[0], Location, retryNonce: null));

    private static UpdateIndex Parse(string blocks) => UpdateIndex.Parse(
        Location,
        Encoding.UTF8.GetBytes($$"""{"images":[{"version":"2","architecture":"amd64","url":"os.img","sha256":"{{Sum}}","size":9,"file_size":5,"block_index":{{blocks}}}]}"""));
}
