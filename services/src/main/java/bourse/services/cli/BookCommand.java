package bourse.services.cli;

import bourse.marketdata.v1.BookSnapshot;
import bourse.marketdata.v1.Depth;
import bourse.marketdata.v1.FeedMessage;
import bourse.marketdata.v1.MarketDataGrpc;
import bourse.marketdata.v1.ReplayRequest;
import bourse.marketdata.v1.ReplayResponse;
import bourse.marketdata.v1.SnapshotRequest;
import bourse.marketdata.v1.SubscribeRequest;
import bourse.marketdata.v1.SubscribeResponse;
import bourse.reference.v1.Instrument;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;

/** {@code bourse book}: what the public sees of an instrument. */
@Command(name = "book",
    header = "Show an instrument's book and last trades.",
    description = {
        "Buys on the left, sells on the right, best first: orders, quantity, price. From the market-data service; --multicast takes it from",
        "the multicast feed instead, as a customer on the network would (joins in the middle, recovers what it missed).",
        "",
        "  bourse book --instrument DEMO",
        "  bourse book --instrument DEMO --levels 5 --watch",
        "  bourse book --instrument DEMO --trades            trades as they happen",
        "  bourse book --instrument DEMO --address HOST:7302 of another machine's market-data port",
        "  bourse book --instrument DEMO --multicast --verify --loss 20",
        "                                                    drops a fifth of all packets, and compares with the venue by checksum",
        "  bourse book --from feed.pcapng                    the books at the end of a recording (`bourse record`)",
        ""})
public final class BookCommand implements Callable<Integer> {
    private static final int SHOWN_TRADES = 10;
    private static final long TRADES_WITHIN_MESSAGES = 20_000;
    private static final int WATCH_CONFLATE_MS = 250;

    @Mixin
    private final VenueOptions venue = new VenueOptions();
    @Mixin
    private JsonOutput json;
    @Option(names = {"-i", "--instrument"}, paramLabel = "SYMBOL", description = "Symbol or number; may be left out where there is only one.")
    private String instrument;
    @Option(names = "--levels", paramLabel = "N", defaultValue = "10", description = "Price levels a side, 1..1000 (default: ${DEFAULT-VALUE}).")
    private int levels;
    @Option(names = "--watch", description = "Show it again whenever it changed, until Ctrl-C.")
    private boolean watch;
    @Option(names = "--trades", description = "Print trades as they happen, until Ctrl-C.")
    private boolean trades;
    @Option(names = "--multicast", description = "Build the book from the multicast feed.")
    private boolean multicast;
    @Option(names = "--verify", description = "With --multicast: compare the book with the venue's by checksum, order by order, five times; 1 = they differ.")
    private boolean verify;
    @Option(names = "--loss", paramLabel = "PERCENT", defaultValue = "0",
        description = "With --multicast: drop so many of each line's packets on purpose, answers and snapshots included, 0..90 (default: ${DEFAULT-VALUE}).")
    private double lossPercent;
    @Option(names = "--seed", defaultValue = "1", description = "Which packets --loss drops (default: ${DEFAULT-VALUE}).")
    private long seed;
    @Option(names = "--from", paramLabel = "FILE", description = "Build the book from a recording, and say what is missing in it; needs no venue.")
    private Path file;

    @Override
    public Integer call() throws Exception {
        if (levels < 1 || levels > 1000) {
            throw new CommandFailure("--levels: " + levels + " (expected: 1..1000)");
        }
        if (lossPercent < 0 || lossPercent > 90) {
            throw new CommandFailure("--loss: " + lossPercent + " (expected: 0..90)");
        }
        if (!multicast && (verify || lossPercent > 0)) {
            throw new CommandFailure((verify ? "--verify" : "--loss") + " is of the multicast feed (expected: --multicast, too)");
        }
        if (file != null) {
            return new RecordedBook(file, instrument, levels).show(json);
        }
        try (venue) {
            final Instruments instruments = Instruments.of(venue.referenceOfMarketData());
            final Instrument shown = instruments.find(instrument);
            if (multicast) {
                final MulticastBook received = new MulticastBook(venue, shown, levels, lossPercent / 100, seed);
                return verify ? received.verify(json) : received.show(json, watch);
            }
            if (trades) {
                return followTrades(shown);
            }
            return watch ? follow(shown) : once(shown);
        }
    }

    private int once(final Instrument shown) {
        final MarketDataGrpc.MarketDataBlockingStub stub = venue.marketData();
        final BookSnapshot book = stub.snapshot(SnapshotRequest.newBuilder()
            .setInstrumentId(shown.getInstrumentId()).setDepth(Depth.DEPTH_LEVELS).setLevels(levels).build()).getBook();
        json.human().print(BookText.of(shown, book));
        final Deque<FeedMessage> last = book.getLastTradeId() == 0 ? new ArrayDeque<>() : lastTrades(stub, shown, book.getFeedSeq());
        if (!last.isEmpty()) {
            json.human().println("last trades");
            last.forEach(message -> json.human().println("  " + BookText.of(shown, message)));
        }
        if (json.isOn()) {
            final Map<String, Object> result = new LinkedHashMap<>();
            result.put("symbol", shown.getSymbol());
            result.put("book", OrderSubmission.tree(book));
            result.put("trades", last.stream().map(OrderSubmission::tree).toList());
            json.write(result);
        }
        return 0;
    }

    private static Deque<FeedMessage> lastTrades(final MarketDataGrpc.MarketDataBlockingStub stub, final Instrument shown, final long feedSeq) {
        final Deque<FeedMessage> last = new ArrayDeque<>();
        long from = Math.max(1, feedSeq - TRADES_WITHIN_MESSAGES);
        for (boolean again = true; again;) {
            again = false;
            final Iterator<ReplayResponse> answers = stub.replay(
                ReplayRequest.newBuilder().setFromFeedSeq(from).setToFeedSeq(feedSeq + 1).build());
            while (answers.hasNext()) {
                final ReplayResponse answer = answers.next();
                if (answer.getFirstAvailableFeedSeq() > from) {
                    from = answer.getFirstAvailableFeedSeq();
                    again = from <= feedSeq;
                }
                for (final FeedMessage message : answer.getMessages().getMessagesList()) {
                    if (message.hasTrade() && message.getInstrumentId() == shown.getInstrumentId()) {
                        last.addLast(message);
                        if (last.size() > SHOWN_TRADES) {
                            last.removeFirst();
                        }
                    }
                }
            }
        }
        return last;
    }

    private int follow(final Instrument shown) {
        final Iterator<SubscribeResponse> updates = venue.marketDataStream().subscribe(SubscribeRequest.newBuilder()
            .addInstrumentIds(shown.getInstrumentId()).setDepth(Depth.DEPTH_LEVELS).setLevels(levels).setConflateMs(WATCH_CONFLATE_MS).build());
        while (updates.hasNext()) {
            final SubscribeResponse update = updates.next();
            if (update.hasSnapshot()) {
                BookText.clearScreen(json.human());
                json.human().print(BookText.of(shown, update.getSnapshot()));
                json.human().flush();
            }
        }
        return 0;
    }

    private int followTrades(final Instrument shown) {
        final Iterator<SubscribeResponse> updates = venue.marketDataStream().subscribe(SubscribeRequest.newBuilder()
            .addInstrumentIds(shown.getInstrumentId()).setDepth(Depth.DEPTH_TRADES).build());
        while (updates.hasNext()) {
            for (final FeedMessage message : updates.next().getMessages().getMessagesList()) {
                if (message.hasTrade()) {
                    json.human().println(BookText.of(shown, message));
                    json.human().flush();
                }
            }
        }
        return 0;
    }
}
