package bourse.services.replay;

import bourse.gateway.auth.KeyFile;
import bourse.gateway.auth.TokenMinter;
import bourse.services.cli.CommandFailure;
import bourse.services.cli.ConfigOptions;
import bourse.services.cli.JsonOutput;
import bourse.services.client.OwnVenue;
import bourse.services.client.SessionException;
import bourse.services.client.VenueEndpoints;
import bourse.services.config.DurationText;
import bourse.services.config.VenueConfig;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeoutException;
import java.util.zip.CRC32C;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code bourse replay}. */
@Command(name = "replay",
    header = "Send recorded order flow through an ordinary session, and compare the book with the recorded one.",
    description = {
        "Reads a file of commands, or a LOBSTER sample, checks all of it, and sends it as a trader would. With --orderbook the book that the"
            + " public feed gives is compared at every row. The instrument is created when it is missing; its book must be empty.",
        "",
        "  bourse replay --generate day.csv.gz --rows 100000          a synthetic day (and day.book.csv.gz, its book)",
        "  bourse replay --commands day.csv.gz --orderbook day.book.csv.gz --embedded",
        "  bourse replay --lobster AMZN_message_5.csv --orderbook AMZN_orderbook_5.csv --symbol AMZN",
        "  bourse replay --commands day.csv.gz --speed 10x --state day.cursor",
        "",
        "With --state a replay that was interrupted, or whose venue was killed, is taken up again by the same command: nothing is sent"
            + " twice, nothing is left out, and everything is compared.",
        "",
        "A command file is CSV with a heading; columns by name: action (NEW, REDUCE, CANCEL, IOC, NOP, UNCROSS, PHASE, EXPECT_TRADE),"
            + " order_id, side, price, qty; optional: row, ts_ns, fifo, grp, tif, account, symbol, maker, taker, phase. order_id of an IOC"
            + " line is the maker that it is expected to hit (asserted where fifo=1).",
        ""})
public final class ReplayCommand implements Callable<Integer> {
    @Option(names = "--commands", paramLabel = "FILE", description = "Command file, CSV or CSV.gz.")
    private Path commands;

    @Option(names = "--lobster", paramLabel = "FILE", description = "LOBSTER message file; needs --orderbook.")
    private Path lobster;

    @Option(names = "--orderbook", paramLabel = "FILE", description = "LOBSTER orderbook file: the book after every row.")
    private Path orderbook;

    @Option(names = "--start", paramLabel = "ROWS",
        description = "Rows of the LOBSTER sample to leave out (default: those in which the opening enters the waiting orders).")
    private Integer start;

    @Option(names = "--grouped", description = "Send the executions of one aggressor as one sweeping order.")
    private boolean grouped;

    @Option(names = "--symbol", defaultValue = "REPLAY", description = "Instrument of lines that name none (default: ${DEFAULT-VALUE}).")
    private String symbol;

    @Option(names = "--account", defaultValue = "1", description = "Account of lines that name none (default: ${DEFAULT-VALUE}).")
    private int account;

    @Option(names = "--price-decimals", defaultValue = "4",
        description = "Price decimals of an instrument that is created (default: ${DEFAULT-VALUE}).")
    private int priceDecimals;

    @Option(names = "--batch", defaultValue = "64", description = "Commands in one message, 1..512 (default: ${DEFAULT-VALUE}).")
    private int batch;

    @Option(names = "--window", defaultValue = "8192", description = "Commands without an answer, 512..65536 (default: ${DEFAULT-VALUE}).")
    private int window;

    @Option(names = "--speed", paramLabel = "FACTOR",
        description = "Pace by the recorded times: 1x, 10x, 0.5x (default: as fast as the venue takes them).")
    private String speed;

    @Option(names = "--state", paramLabel = "FILE", description = "Cursor: the same command takes an interrupted replay up again.")
    private Path state;

    @Option(names = "--retry", paramLabel = "TIME", defaultValue = "60s",
        description = "How long a venue that went away is waited for (default: ${DEFAULT-VALUE}).")
    private String retry;

    @Option(names = "--embedded", description = "Into a fresh venue of its own, in a temporary directory, that ends with the replay.")
    private boolean embedded;

    @Option(names = "--address", paramLabel = "HOST:PORT", description = "Order entry (default: the venue in the data directory).")
    private String address;

    @Option(names = "--market-data", paramLabel = "HOST:PORT", description = "Market data, with --address.")
    private String marketData;

    @Option(names = "--admin", paramLabel = "HOST:PORT", description = "Administration, with --address; to create the instrument.")
    private String admin;

    @Option(names = "--token", paramLabel = "TOKEN",
        description = "Token that may trade, read (and administer, if the instrument is missing) (default: minted here).")
    private String token;

    @Option(names = "--tls-ca", paramLabel = "FILE", description = "PEM of the authority that signed the venue's certificate; means TLS.")
    private Path authority;

    @Option(names = "--generate", paramLabel = "FILE", description = "Write a synthetic day and its reference book, and stop.")
    private Path generate;

    @Option(names = "--convert", paramLabel = "FILE", description = "Write the commands that a LOBSTER sample becomes, and stop.")
    private Path convert;

    @Option(names = "--rows", defaultValue = "10000", description = "Rows of a synthetic day (default: ${DEFAULT-VALUE}).")
    private int rows;

    @Option(names = "--seed", defaultValue = "42", description = "Its seed (default: ${DEFAULT-VALUE}).")
    private long seed;

    @Mixin
    private ConfigOptions config;

    @Mixin
    private JsonOutput json;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException, InterruptedException, TimeoutException {
        if (generate != null) {
            return generate();
        }
        if ((commands == null) == (lobster == null)) {
            throw new ParameterException(spec.commandLine(), "Which flow? (expected: one of --commands FILE and --lobster FILE)");
        }
        if (lobster != null && orderbook == null) {
            throw new ParameterException(spec.commandLine(), "--lobster needs --orderbook FILE: messages alone do not say what the book was");
        }
        final ReferenceBook reference = orderbook == null ? null : ReferenceBook.read(orderbook);
        final List<FlowCommand> flow = lobster == null ? FlowFile.read(commands) : convertLobster(reference);
        if (convert != null) {
            FlowFile.write(convert, flow);
            json.human().printf(Locale.ROOT, "%s: %,d commands%n", convert, flow.size());
            return 0;
        }
        final ReplayPlan plan = ReplayPlan.of(flow, grouped, account, symbol);
        checkRows(plan, reference);
        final ReplayOptions options = new ReplayOptions(batch, window, speedFactor(), state, DurationText.parse(retry), 0);
        if (embedded) {
            if (state != null || address != null) {
                throw new ParameterException(spec.commandLine(), "--embedded starts a fresh venue: neither --state nor --address fits it");
            }
            try (OwnVenue own = OwnVenue.start(OwnVenue.JVM, List.of())) {
                return replay(own.endpoints(), tokensOf(own.data(), "bourse", "bourse"), plan, reference, options);
            }
        }
        return replay(endpoints(), tokens(), plan, reference, options);
    }

    private int replay(final VenueEndpoints endpoints, final EndpointVenue.Tokens tokens, final ReplayPlan plan,
                       final ReferenceBook reference, final ReplayOptions options)
            throws IOException, InterruptedException, TimeoutException {
        try (EndpointVenue venue = new EndpointVenue(endpoints, authority, tokens, account)) {
            final var console = System.console();
            final String input = (lobster == null ? commands : lobster).getFileName().toString();
            final ReplayReport report = new ReplayRun(venue, plan, reference, options, digest(plan), priceDecimals)
                    .run(input, grouped, System.err, console != null && console.isTerminal());
            report.print(json.human());
            json.write(report);
            return report.holds() ? 0 : 1;
        } catch (final SessionException e) {
            throw new CommandFailure(e.getMessage() + (options.state() == null ? "" : "; the same command takes the replay up again"), e);
        }
    }

    private List<FlowCommand> convertLobster(final ReferenceBook reference) throws IOException {
        final LobsterMessages messages = LobsterMessages.read(lobster);
        return LobsterConversion.convert(messages, reference, start == null ? LobsterConversion.openingLoad(messages) : start);
    }

    private void checkRows(final ReplayPlan plan, final ReferenceBook reference) {
        if (reference == null) {
            return;
        }
        if (plan.rowEnds().isEmpty()) {
            throw new CommandFailure(commands + ": has no column row (expected with --orderbook: the line of the book that each command leads to)");
        }
        final int last = plan.rowEnds().getLast().row();
        if (last > reference.rows()) {
            throw new CommandFailure(commands + ": names row " + last + ", but " + orderbook + " has " + reference.rows()
                    + " (expected: the two of one day)");
        }
    }

    private int generate() throws IOException {
        if (rows < 1) {
            throw new ParameterException(spec.commandLine(), "--rows: " + rows + " (expected: 1 or more)");
        }
        final String name = generate.getFileName().toString();
        final int dot = name.indexOf('.');
        final Path book = generate.resolveSibling(dot < 0 ? name + ".book" : name.substring(0, dot) + ".book" + name.substring(dot));
        final int lines = SyntheticFlow.write(generate, book, rows, seed, 5).size();
        json.human().printf(Locale.ROOT, "%s: %,d commands in %,d rows%n%s: the book after each row, 5 levels%n", generate, lines, rows, book);
        return 0;
    }

    private double speedFactor() {
        if (speed == null) {
            return 0;
        }
        try {
            final double factor = Double.parseDouble(speed.endsWith("x") ? speed.substring(0, speed.length() - 1) : speed);
            if (factor >= 0.001 && factor <= 1e6) {
                return factor;
            }
        } catch (final NumberFormatException e) {
            // falls through to the one message for both
        }
        throw new ParameterException(spec.commandLine(), "--speed: " + speed + " (expected: 0.001x..1000000x, as 10x)");
    }

    private VenueEndpoints endpoints() throws IOException {
        if (address == null) {
            return VenueEndpoints.read(config.load().dataDir());
        }
        if (marketData == null) {
            throw new ParameterException(spec.commandLine(), "--address needs --market-data HOST:PORT");
        }
        return new VenueEndpoints(0, address, admin, marketData, null, null, authority != null, null, null, null, null);
    }

    private EndpointVenue.Tokens tokens() {
        final String given = token != null ? token : System.getenv("BOURSE_TOKEN");
        if (given != null && !given.isEmpty()) {
            return (ignoredAccount, ignoredRights) -> given;
        }
        final VenueConfig venue = config.load();
        final String keyDir = venue.gateway().tokens().keyDir();
        return tokensOf(keyDir.isEmpty() ? venue.dataDir() : Path.of(keyDir), venue.gateway().tokens().issuer(),
                venue.gateway().tokens().audience());
    }

    private static EndpointVenue.Tokens tokensOf(final Path keyDir, final String issuer, final String audience) {
        try {
            final var minter = new TokenMinter(KeyFile.openOrCreate(keyDir).privateKey(), issuer, audience);
            return (account, rights) -> minter.mint("bourse-replay", account, rights, new int[0], Duration.ofHours(12));
        } catch (final IOException e) {
            throw new CommandFailure("the venue's key in " + keyDir + " cannot be used: " + e.getMessage() + "; give a token by --token", e);
        }
    }

    /** Names the flow and how it is sent. */
    private String digest(final ReplayPlan plan) {
        final CRC32C crc = new CRC32C();
        for (final ReplayPlan.Order order : plan.orders()) {
            crc.update((order.command().toCsv() + order.price() + order.quantity() + order.command().symbol()
                    + order.command().account() + order.command().tif()).getBytes(java.nio.charset.StandardCharsets.UTF_8));
        }
        return plan.orders().size() + "-" + Long.toHexString(crc.getValue()) + "-" + account + "-" + symbol + (grouped ? "-grouped" : "");
    }
}
