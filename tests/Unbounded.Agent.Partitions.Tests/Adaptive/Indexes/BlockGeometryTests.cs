using Unbounded.Agent.Partitions.Adaptive.Indexes;

namespace Unbounded.Agent.Partitions.Tests.Adaptive.Indexes;

public sealed class BlockGeometryTests
{
    [Theory]
    [InlineData(1, 1, 0, 128)]
    [InlineData(4096, 1, 0, 128)]
    [InlineData(4097, 2, 1, 128 + 2 * 32)]
    [InlineData(16 * 4096, 16, 1, 128 + 16 * 32)]
    [InlineData(17 * 4096, 17, 2, 128 + 17 * 32 + 2 * 32)]
    [InlineData(1L << 30, 262144, 5, 128 + (262144 + 16384 + 1024 + 64 + 4) * 32)]
    public void Geometry_OfAnImage_HasItsLevels(long bytes, int blocks, int top, long file)
    {
        var geometry = new BlockGeometry(4096, bytes);

        Assert.Equal((blocks, top, file), (geometry.Blocks, geometry.Top, geometry.FileBytes));
        Assert.Equal(1, geometry.Count(top));
    }

    [Fact]
    public void Levels_InAFile_FollowTheHeaderFromTheTopDownWithoutGaps()
    {
        var geometry = new BlockGeometry(4096, 300 * 4096);

        Assert.Equal(IndexHeader.Bytes, geometry.OffsetOf(geometry.Top - 1, 0));
        for (var level = geometry.Top - 1; level > 0; level--)
            Assert.Equal(geometry.OffsetOf(level, geometry.Count(level)), geometry.OffsetOf(level - 1, 0));
        Assert.Equal(geometry.FileBytes, geometry.OffsetOf(0, geometry.Blocks));
    }

    [Fact]
    public void Below_TheLastNodeOfALevel_AreThoseThatAreLeft() =>
        Assert.Equal((16, 1), new BlockGeometry(4096, 17 * 4096).Below(1, 1));

    [Fact]
    public void LengthOf_TheLastBlock_IsWhatIsLeft()
    {
        var geometry = new BlockGeometry(4096, 2 * 4096 + 5);

        Assert.Equal((4096, 5, 4101L), (geometry.LengthOf(1), geometry.LengthOf(2), geometry.LengthOf(1, 2)));
    }

    [Theory]
    [InlineData(0, 4096)]
    [InlineData(-1, 4096)]
    [InlineData(4096, 0)]
    [InlineData(4096, 512)]
    [InlineData(4096, 5000)]
    [InlineData(4096, 1 << 21)]
    [InlineData(long.MaxValue, 4096)]
    public void IsValid_OfSizesThatNoIndexHas_IsFalse(long bytes, int block) => Assert.False(BlockGeometry.IsValid(block, bytes));
}
