using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Linux.Kernel;

namespace Unbounded.Agent.Linux.Tests.Kernel;

public sealed class KernelErrorTests
{
    [Theory]
    [InlineData(Errno.ENOSPC, "UBA-2001")]
    [InlineData(Errno.EDQUOT, "UBA-2001")]
    [InlineData(Errno.EROFS, "UBA-2002")]
    [InlineData(Errno.EACCES, "UBA-2003")]
    [InlineData(Errno.EPERM, "UBA-2003")]
    [InlineData(Errno.EIO, "UBA-2004")]
    [InlineData(Errno.ENOENT, "UBA-2005")]
    [InlineData(Errno.EEXIST, "UBA-2006")]
    [InlineData(Errno.ELOOP, "UBA-2007")]
    [InlineData(Errno.EMFILE, "UBA-2009")]
    [InlineData(Errno.ERANGE, "UBA-2010")]
    [InlineData(Errno.ENAMETOOLONG, "UBA-2011")]
    [InlineData(Errno.EBUSY, "UBA-2012")]
    public void From_ErrorNumber_HasItsCodeCauseAndPath(int errno, string code)
    {
        var error = KernelError.From(errno, "open", "It failed", "/some/path");
        Assert.Equal(code, error.Code.Id);
        Assert.Equal(errno, Assert.IsType<ErrnoException>(error.InnerException).Errno);
        Assert.NotEmpty(error.Why);
        if (error.Code.Kind != ErrorKind.Transient && errno != Errno.ENAMETOOLONG)
            Assert.Contains("/some/path", error.Message, StringComparison.Ordinal);
    }
}
