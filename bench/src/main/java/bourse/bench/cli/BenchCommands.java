package bourse.bench.cli;

import bourse.services.cli.CommandProvider;
import java.util.List;

/** What this module adds below {@code bourse bench}. */
public final class BenchCommands implements CommandProvider {
    @Override
    public List<Object> commands() {
        return List.of(new LadderCommand(), new CompareCommand(), new TechniquesCommand(), new CacheCommand(), new RunCommand(),
                new CoreCommand(), new GrpcCommand(), new UnaryCommand(), new FeedCommand(), new RestartCommand(), new SoakCommand(), new JmhCommand());
    }

    @Override
    public String parent() {
        return "bench";
    }
}
