package bourse.services.cli;

import bourse.services.replay.ReplayCommand;
import bourse.services.telemetry.Telemetry;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

import java.io.PrintWriter;
import java.util.List;
import java.util.ServiceLoader;

/**
 * Main class of the executable jar. Puts the command line together from its own commands and those that other modules provide
 * ({@link CommandProvider}), and turns every failure into one line.
 */
@Command(name = "bourse",
    header = "Bourse: an open exchange.",
    description = {
        "Runs a venue, trades on it, watches it and measures it.",
        "",
        "  bourse run                                            a whole venue in this process",
        "  bourse order buy  --account 1 --instrument DEMO --price 100.25 --quantity 10",
        "  bourse order sell --account 2 --instrument DEMO --price 100.25 --quantity 4",
        "  bourse book --instrument DEMO                         its book and last trades",
        ""},
    synopsisSubcommandLabel = "COMMAND",
    commandListHeading = "%nCommands:%n",
    footer = {"", "`bourse COMMAND --help` explains a command. In the directory where a venue runs, commands find it by themselves."},
    mixinStandardHelpOptions = true,
    versionProvider = Bourse.Version.class)
public final class Bourse implements Runnable {
    /** Exit status of a command that could not do what was asked. */
    public static final int FAILED = 1;
    /** Exit status of wrong usage. */
    public static final int USAGE = 2;

    private static final String LEAK_DETECTION = "io.netty.leakDetection.level";

    private static final List<Class<?>> COMMANDS = List.of(RunCommand.All.class, RunCommand.Engine.class, RunCommand.Gateway.class, RunCommand.MarketData.class,
        TokenCommand.class, OrderCommand.class, BookCommand.class, RecordCommand.class, ReplayCommand.class, ScenarioCommand.class, BenchCommand.class,
        AdminCommand.class, AuditCommand.class, StatusCommand.class, DataCommands.Verify.class, DataCommands.Save.class, DataCommands.Restore.class,
        DataCommands.Snapshot.class, DataCommands.Export.class);

    @Option(names = "--debug", scope = ScopeType.INHERIT, description = "Print the stack trace of a failure.")
    private boolean debug;

    @Spec
    private CommandSpec spec;

    public static void main(final String[] args) {
        // Before Netty's classes read it. Their default writes down the stack of one buffer in 128.
        if (System.getProperty(LEAK_DETECTION) == null) {
            System.setProperty(LEAK_DETECTION, "disabled");
        }
        final int status = commandLineFor(args).execute(args);
        System.out.flush();
        if (status != 0) {
            System.exit(status);
        }
        // A command that leaves threads behind (none should) must not keep the terminal.
        System.exit(0);
    }

    /** The whole command line, with everything that other modules provide. */
    public static CommandLine commandLine() {
        return commandLine(COMMANDS);
    }

    /** The same for these words; when the first is a command, only that one is put together: a quarter of a second less at each start. */
    static CommandLine commandLineFor(final String... args) {
        final List<Class<?>> called = args.length == 0 ? List.of() : COMMANDS.stream().filter(command -> args[0].equals(nameOf(command))).toList();
        return commandLine(called.isEmpty() ? COMMANDS : called);
    }

    private static CommandLine commandLine(final List<Class<?>> commands) {
        final CommandLine root = new CommandLine(new Bourse());
        commands.forEach(root::addSubcommand);
        for (final CommandProvider provider : ServiceLoader.load(CommandProvider.class)) {
            if (isCalled(provider.parent(), commands)) {
                final CommandLine parent = find(root, provider);
                provider.commands().forEach(parent::addSubcommand);
            }
        }
        root.setCaseInsensitiveEnumValuesAllowed(true);
        root.setUsageHelpAutoWidth(true);
        root.setAbbreviatedOptionsAllowed(false);
        root.setExecutionExceptionHandler(Bourse::failed);
        root.setParameterExceptionHandler(Bourse::misused);
        helpOnEach(root);
        return root;
    }

    @Override
    public void run() {
        spec.commandLine().usage(System.out);
    }

    private static String nameOf(final Class<?> command) {
        return command.getAnnotation(Command.class).name();
    }

    private static boolean isCalled(final String parent, final List<Class<?>> commands) {
        return parent.isBlank() || commands.size() == COMMANDS.size() || commands.stream().anyMatch(command -> nameOf(command).equals(parent.trim().split(" +")[0]));
    }

    private static CommandLine find(final CommandLine root, final CommandProvider provider) {
        CommandLine parent = root;
        for (final String word : provider.parent().isBlank() ? new String[0] : provider.parent().trim().split(" +")) {
            parent = parent.getSubcommands().get(word);
            if (parent == null) {
                throw new IllegalStateException("no such parent command, parent=" + provider.parent() + ", provider=" + provider.getClass().getName());
            }
        }
        return parent;
    }

    private static void helpOnEach(final CommandLine parent) {
        for (final CommandLine child : parent.getSubcommands().values()) {
            child.getCommandSpec().mixinStandardHelpOptions(true);
            child.getCommandSpec().usageMessage().synopsisSubcommandLabel("COMMAND");
            helpOnEach(child);
        }
    }

    private static int failed(final Exception failure, final CommandLine command, final ParseResult parsed) {
        final PrintWriter err = command.getErr();
        err.println("bourse " + command.getCommandSpec().name() + ": " + FailureText.of(failure));
        if (isDebug(command)) {
            failure.printStackTrace(err);
        }
        err.flush();
        return FAILED;
    }

    private static int misused(final ParameterException misuse, final String[] args) {
        final CommandLine command = misuse.getCommandLine();
        final PrintWriter err = command.getErr();
        err.println(command.getCommandSpec().qualifiedName() + ": " + misuse.getMessage());
        if (!CommandLine.UnmatchedArgumentException.printSuggestions(misuse, err)) {
            err.println("See `" + command.getCommandSpec().qualifiedName() + " --help`.");
        }
        if (isDebug(command)) {
            misuse.printStackTrace(err);
        }
        err.flush();
        return USAGE;
    }

    private static boolean isDebug(final CommandLine command) {
        final Object root = command.getCommandSpec().root().userObject();
        return root instanceof Bourse bourse && bourse.debug;
    }

    /** Version from the jar's manifest. */
    static final class Version implements CommandLine.IVersionProvider {
        @Override
        public String[] getVersion() {
            return new String[] {"bourse " + Telemetry.version() + ", Java " + Runtime.version()};
        }
    }
}
