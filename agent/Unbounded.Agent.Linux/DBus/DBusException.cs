namespace Unbounded.Agent.Linux.DBus;

/// <summary>
/// An error reply, as the inner exception of the coded error thrown for it.
/// <see cref="DBusErrors.NameOf"/> finds its name.
/// </summary>
public sealed class DBusException : Exception
{
    /// <summary>Creates the exception.</summary>
    /// <param name="errorName">The D-Bus error name, for example <c>org.freedesktop.systemd1.NoSuchUnit</c>.</param>
    /// <param name="errorMessage">What the service said.</param>
    /// <param name="destination">The service called.</param>
    /// <param name="method">The method called, with its interface.</param>
    public DBusException(string errorName, string errorMessage, string destination, string method)
        : base($"{destination} answered {method} with {errorName}: {errorMessage}")
    {
        ErrorName = errorName;
        ErrorMessage = errorMessage;
        Destination = destination;
        Method = method;
    }

    /// <summary>The D-Bus error name.</summary>
    public string ErrorName { get; }

    /// <summary>What the service said.</summary>
    public string ErrorMessage { get; }

    /// <summary>The service called.</summary>
    public string Destination { get; }

    /// <summary>The method called, with its interface.</summary>
    public string Method { get; }
}
