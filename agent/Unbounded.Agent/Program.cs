using Unbounded.Agent.Cli;

return await CommandLine.RunAsync(args, Terminal.OfProcess());
