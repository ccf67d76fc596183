import bourse.marketdata.v1.BookSide;
import bourse.marketdata.v1.Depth;
import bourse.marketdata.v1.Level;
import bourse.marketdata.v1.MarketDataGrpc;
import bourse.marketdata.v1.SnapshotRequest;
import bourse.order.v1.Cancel;
import bourse.order.v1.Command;
import bourse.order.v1.Event;
import bourse.order.v1.MassCancel;
import bourse.order.v1.NewOrder;
import bourse.order.v1.OrderEntryGrpc;
import bourse.order.v1.Side;
import bourse.reference.v1.Instrument;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The five things every client must be able to do: log in, trade, cancel, lose the connection and resume without loss, rebuild the book.
 *
 * <p>{@code BOURSE_TOKEN=$(./bourse token --account 6) java -cp deploy/target/bourse.jar proto/clients/java/FiveThings.java [SYMBOL]}: the jar has the
 * generated messages; a project of its own would generate them from the .proto files.
 */
final class FiveThings {
    private FiveThings() {
    }

    public static void main(final String[] args) throws Exception {
        try (Venue venue = new Venue()) {
            run(venue, venue.instrument(args.length > 0 ? args[0] : "DEMO"));
        }
        System.out.println("all five");
    }

    private static void check(final boolean holds, final String message) {
        if (!holds) {
            throw new IllegalStateException(message);
        }
    }

    private static void run(final Venue venue, final Instrument instrument) throws Exception {
        final long sessionId = System.currentTimeMillis();
        final AtomicLong ids = new AtomicLong(sessionId << 16);
        final long lot = instrument.getLotSize();
        final long price = instrument.getTickSize() * 750;
        final Book book = venue.watch(instrument.getInstrumentId());

        // 1. Log in; with a token that is about to end, where one is given, and a newer one when the venue asks for it.
        final List<Event> events = new CopyOnWriteArrayList<>();
        final String first = System.getenv("BOURSE_FIRST_TOKEN");
        final Session session = new Session(OrderEntryGrpc.newStub(venue.orders), first == null ? venue.token : first, sessionId, events::add, () -> venue.token, 500);
        session.connect();
        // Idle for longer than the venue waits for a sign of life: only heartbeats keep the session.
        Thread.sleep(2_000);
        System.out.println("1 logged in, session=" + sessionId);

        // 2. Trade: two orders of ours at a price far from others, which meet.
        session.awaitApplied(session.send(List.of(order(ids, instrument, Side.SIDE_BUY, price, 10 * lot), order(ids, instrument, Side.SIDE_SELL, price, 4 * lot))));
        // The account may have traded before, and in other sessions.
        final List<Event> executions = events.stream().filter(event -> event.hasExecution() && event.getExecution().getClientOrderId() >> 16 == sessionId).toList();
        check(executions.size() == 2, "executions: " + executions.size() + " (expected: both sides of the trade)");
        System.out.println("2 traded " + executions.getLast().getExecution().getQuantity() + " at " + executions.getLast().getExecution().getPrice());

        // 3. Cancel what is left.
        final long bought = events.stream().filter(event -> event.getSessionId() == sessionId && event.getAccepted().getSide() == Side.SIDE_BUY)
            .findFirst().orElseThrow().getAccepted().getOrderId();
        final Command cancel = Command.newBuilder().setCancel(Cancel.newBuilder().setOrderId(bought)).build();
        session.awaitApplied(session.send(List.of(cancel)));
        check(events.stream().anyMatch(event -> event.getCancelled().getOrderId() == bought), "the cancellation was not reported");
        System.out.println("3 cancelled");

        // 4. Break the connection with commands in flight, resume: each of them applied once, each event read once. Those that are given meanwhile are more
        // than a batch may have.
        final IntFunction<List<Command>> many = count -> IntStream.range(0, count)
            .mapToObj(i -> order(ids, instrument, Side.SIDE_BUY, price - 1 - i % 50, lot)).toList();
        session.send(many.apply(100));
        session.breakConnection();
        final long last = session.send(many.apply(1_100));
        session.connect();
        session.awaitApplied(last);
        final String make = System.getenv("BOURSE_DO");
        if (make != null) {
            noticeSilence(session, make, cancel);
            session.connect();
            session.awaitApplied(last + 1);
        }
        final List<Event> accepted = events.stream()
            .filter(event -> event.getSessionId() == sessionId && event.hasAccepted() && last - 1_200 < event.getClientSeq() && event.getClientSeq() <= last).toList();
        final long numbers = accepted.stream().map(Event::getClientSeq).distinct().count();
        check(accepted.size() == 1_200 && numbers == 1_200, "after resuming: " + accepted.size() + " accepted, " + numbers + " numbers (expected: 1200)");
        System.out.println("4 resumed, nothing lost, nothing doubled");

        // 5. The book rebuilt from the feed holds exactly those orders.
        final Set<Long> mine = accepted.stream().map(event -> event.getAccepted().getOrderId()).collect(Collectors.toSet());
        for (int tries = 0; tries < 100 && !mine.stream().allMatch(book::holds); tries++) {
            Thread.sleep(50);
        }
        check(mine.stream().allMatch(book::holds), "orders are missing in the rebuilt book");
        final Map<Long, Long> told = new LinkedHashMap<>();
        for (final Level level : venue.loggedIn(MarketDataGrpc.newBlockingStub(venue.feed)).snapshot(SnapshotRequest.newBuilder()
            .setInstrumentId(instrument.getInstrumentId()).setDepth(Depth.DEPTH_LEVELS).setLevels(100).build()).getBook().getBidsList()) {
            told.put(level.getPrice(), level.getQuantity());
        }
        final Map<Long, Long> rebuilt = book.levels(BookSide.BOOK_SIDE_BUY);
        told.forEach((at, quantity) -> check(quantity.equals(rebuilt.get(at)), "the rebuilt book differs at " + at));
        System.out.println("5 book rebuilt: " + told.size() + " levels equal to the venue's");

        session.awaitApplied(session.send(List.of(Command.newBuilder().setMassCancel(MassCancel.newBuilder().setInstrumentId(instrument.getInstrumentId())).build())));
        check(first == null || session.isAuthenticated(), "the newer token was not taken");
        session.terminate();
    }

    /** A venue that falls silent: no connection breaks, nothing is heard. */
    private static void noticeSilence(final Session session, final String make, final Command command) throws Exception {
        check(new ProcessBuilder(make, "stop").inheritIO().start().waitFor() == 0, make + " stop");
        try {
            session.awaitApplied(session.send(List.of(command)));
            throw new IllegalStateException("a silent venue was not noticed");
        } catch (final Session.Silence silence) {
            System.out.println(silence.getMessage());
        } finally {
            check(new ProcessBuilder(make, "continue").inheritIO().start().waitFor() == 0, make + " continue");
        }
    }

    private static Command order(final AtomicLong ids, final Instrument instrument, final Side side, final long price, final long quantity) {
        return Command.newBuilder().setNew(NewOrder.newBuilder().setClientOrderId(ids.incrementAndGet()).setInstrumentId(instrument.getInstrumentId())
            .setSide(side).setPrice(price).setQuantity(quantity)).build();
    }
}
