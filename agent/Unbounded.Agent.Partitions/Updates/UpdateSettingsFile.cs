using System.Globalization;
using System.Text;
using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Core.Transaction.Planning;
using Unbounded.Agent.Linux.Files;
using Unbounded.Agent.Partitions.Boot;

namespace Unbounded.Agent.Partitions.Updates;

/// <summary>
/// Reads <c>key = value</c> lines; <c>#</c> begins a comment line. Keys: <c>server, channel, pubkey, maintenance_window, healthcheck_url,
/// auto_rollback_after, boot, automatic, node, metrics, metrics_prefix</c>. Everything that is wrong is said at once.
/// </summary>
public static class UpdateSettingsFile
{
    /// <summary>The largest file that is read, bytes.</summary>
    public const int LimitBytes = 64 * 1024;

    /// <summary>Reads a file. A missing one leaves the defaults.</summary>
    /// <exception cref="AgentException">It is not valid.</exception>
    public static async Task<UpdateSettings> LoadAsync(string path, CancellationToken cancellationToken) =>
        await BoundedFile.TryReadAsync(path, LimitBytes, cancellationToken) is { } content ? Parse(path, Encoding.UTF8.GetString(content)) : new();

    /// <summary>Reads the text of a file.</summary>
    /// <exception cref="AgentException">It is not valid.</exception>
    public static UpdateSettings Parse(string path, string text)
    {
        var settings = new UpdateSettings();
        var problems = new List<ErrorDetail>();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var number = 0;
        foreach (var raw in text.Split('\n'))
        {
            number++;
            var line = raw.Trim();
            if (line.Length == 0 || line[0] == '#')
                continue;
            var at = line.IndexOf('=', StringComparison.Ordinal);
            var (key, value) = at < 0 ? (line, "") : (line[..at].TrimEnd(), line[(at + 1)..].Trim().Trim('"'));
            var problem = at < 0 ? "is no 'key = value'"
                : !seen.Add(key) ? $"sets {key} a second time"
                : Set(ref settings, key, value);
            if (problem is not null)
                problems.Add(new($"line {number}", problem));
        }

        return problems.Count == 0 ? settings : throw new AgentException(
            PartitionsErrors.SettingsInvalid,
            $"The update's settings {path} are not valid",
            string.Join("; ", problems),
            "Correct these lines; docs/partitions.md has every key",
            details: problems);
    }

    /// <summary>Settings of which a command line says one.</summary>
    /// <param name="settings">The settings.</param>
    /// <param name="key">The key, as a file has it.</param>
    /// <param name="value">Its value.</param>
    /// <param name="option">The name of the flag, for errors.</param>
    /// <exception cref="AgentException">The value is not valid.</exception>
    public static UpdateSettings With(UpdateSettings settings, string key, string value, string option) => Set(ref settings, key, value) is not { } problem
        ? settings
        : throw new AgentException(PartitionsErrors.SettingsInvalid, $"{option} is not valid", problem, "Correct it; docs/partitions.md has every key");

    private static string? Set(ref UpdateSettings settings, string key, string value)
    {
        var text = value.Length == 0 ? null : value;
        switch (key)
        {
            case "server":
                settings = settings with { Server = text };
                return text is null || Uri.TryCreate(text, UriKind.Absolute, out _) ? null : "server is no URL";
            case "channel":
                settings = settings with { Channel = text ?? settings.Channel };
                return null;
            case "pubkey":
                settings = settings with { PublicKey = text };
                return text is null || text.StartsWith('/') ? null : "pubkey is no absolute path";
            case "maintenance_window":
                settings = settings with { MaintenanceWindow = text };
                return MaintenanceWindow.TryParse(text, out _) ? null : "maintenance_window is not HH:MM-HH:MM";
            case "healthcheck_url":
                settings = settings with { HealthcheckUrl = text };
                return text is null || (Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme is "http" or "https") ? null : "healthcheck_url is no http or https URL";
            case "auto_rollback_after":
                var valid = int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count is >= 1 and <= 100;
                settings = valid ? settings with { AutoRollbackAfter = count } : settings;
                return valid ? null : "auto_rollback_after is not 1 to 100";
            case "boot":
                settings = settings with { Boot = KindOf(text) };
                return text is null || KindOf(text) is not null ? null : "boot is not grub, rpi or systemd-boot";
            case "automatic":
                settings = settings with { Automatic = value == "true" };
                return value is "true" or "false" or "" ? null : "automatic is neither true nor false";
            case "node":
                settings = settings with { Node = text };
                return null;
            case "metrics":
                settings = settings with { Metrics = text };
                return text is null || ListenAddress.TryParse(text) is not null ? null : "metrics is neither a port nor ADDRESS:PORT";
            case "metrics_prefix":
                settings = settings with { MetricsPrefix = text ?? settings.MetricsPrefix };
                return settings.MetricsPrefix.All(static c => char.IsAsciiLetterOrDigit(c) || c == '_') && !char.IsAsciiDigit(settings.MetricsPrefix[0])
                    ? null
                    : "metrics_prefix has something else than letters, digits and _";
            default:
                return $"{key} is no known key";
        }
    }

    private static BootKind? KindOf(string? text) => text switch
    {
        "grub" => BootKind.Grub,
        "rpi" => BootKind.RaspberryPi,
        "systemd-boot" => BootKind.SystemdBoot,
        _ => null,
    };
}
