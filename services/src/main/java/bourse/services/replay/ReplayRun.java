package bourse.services.replay;

import bourse.order.v1.Cancel;
import bourse.order.v1.Command;
import bourse.order.v1.EstablishAck;
import bourse.order.v1.Event;
import bourse.order.v1.GetAccountRequest;
import bourse.order.v1.NewOrder;
import bourse.order.v1.OrderEntryGrpc;
import bourse.order.v1.OrderType;
import bourse.order.v1.Reduce;
import bourse.order.v1.Side;
import bourse.order.v1.TimeInForce;
import bourse.reference.v1.TradingState;
import bourse.services.client.SessionClient;
import bourse.services.client.SessionException;
import bourse.services.client.SessionListener;
import bourse.services.client.SessionOptions;
import io.grpc.Status;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * One replay: sends a plan through ordinary sessions, resumes an earlier run of the same plan, and joins the outcomes with the public
 * feed. Threads: {@link #run} in the caller's; the sessions' listeners on their channels' threads; the feed's follower in one of its own.
 */
public final class ReplayRun {
    private static final Duration FIRST_ANSWER = Duration.ofSeconds(20);
    private static final long FEED_END_NS = TimeUnit.SECONDS.toNanos(30);
    /** Client order ids of a run begin at (milliseconds since the epoch) x 2^22, so that runs do not meet. */
    private static final int ID_BITS = 22;

    private final ReplayVenue venue;
    private final ReplayPlan plan;
    private final ReferenceBook reference;
    private final ReplayOptions options;
    private final String flowDigest;
    private final ReplayInstruments instruments;
    private final List<SessionClient> sessions = new ArrayList<>();
    private final AtomicLong reconnections = new AtomicLong();
    private final List<Integer> instrumentIds = new ArrayList<>();
    private RowComparison comparison;
    private BookWatch watch;
    private FeedFollower follower;
    private Thread followerThread;
    private ReplayTally tally;
    private ReplayState state;
    private ReplayProgress progress;

    /**
     * @param reference  null = rows are not compared
     * @param flowDigest names the flow and how it is sent, so that a cursor is not taken for another's
     */
    public ReplayRun(final ReplayVenue venue, final ReplayPlan plan, final ReferenceBook reference, final ReplayOptions options,
                     final String flowDigest, final int priceDecimals) {
        this.venue = venue;
        this.plan = plan;
        this.reference = reference;
        this.options = options;
        this.flowDigest = flowDigest;
        instruments = new ReplayInstruments(venue, plan.accounts().isEmpty() ? 1 : plan.accounts().getFirst(), priceDecimals);
    }

    /**
     * Runs to the end.
     *
     * @param showProgress null = no progress
     * @throws SessionException when the venue refused or stayed away; with a state file the same call resumes
     */
    public ReplayReport run(final String input, final boolean grouped, final java.io.PrintStream showProgress, final boolean terminal)
            throws IOException, InterruptedException, TimeoutException {
        if (reference != null && plan.symbols().size() > 1) {
            throw new IllegalArgumentException("symbol: the flow trades " + plan.symbols() + " (expected: one symbol, to compare with one"
                    + " reference book)");
        }
        final ReplayState earlier = ReplayState.read(options.state(), flowDigest);
        try {
            prepare(earlier);
            final long startNs = System.nanoTime();
            final int before = tally.applied();
            if (showProgress != null) {
                progress = new ReplayProgress(showProgress, terminal, plan.orders().size(), tally::applied);
            }
            final int sent = new Pump().send();
            awaitOutcomes();
            if (watch != null) {
                watch.finish(FEED_END_NS);
            }
            return report(input, grouped, startNs, sent, earlier != null, before);
        } finally {
            close();
        }
    }

    // ------------------------------------------------------------------------------------------------ beginning

    private void prepare(final ReplayState earlier) throws IOException, InterruptedException, TimeoutException {
        final long nowMs = System.currentTimeMillis();
        final long sessionId = earlier == null ? nowMs : earlier.sessionId();
        final long clientOrderIds = earlier == null ? nowMs << ID_BITS : earlier.clientOrderIds();
        for (final String symbol : plan.symbols()) {
            instrumentIds.add(instruments.require(symbol));
        }
        if (earlier != null && !earlier.instrumentIds().equals(instrumentIds)) {
            throw new IllegalArgumentException(options.state() + ": the replay that it resumes was sent to another venue (instruments "
                    + earlier.instrumentIds() + ", expected: " + instrumentIds + "); delete it to begin anew");
        }
        long firstFeedSeq = earlier == null ? 0 : earlier.firstFeedSeq();
        if (reference != null) {
            firstFeedSeq = followFeed(earlier);
        }
        if (earlier == null) {
            for (int i = 0; i < instrumentIds.size(); i++) {
                instruments.requireEmptyBook(instrumentIds.get(i), plan.symbols().get(i));
            }
        }
        tally = new ReplayTally(plan, clientOrderIds, watch);
        final List<ReplayState.Beginning> beginnings = new ArrayList<>();
        for (int session = 0; session < plan.accounts().size(); session++) {
            beginnings.add(openSession(session, sessionId, earlier));
        }
        state = new ReplayState(flowDigest, sessionId, clientOrderIds, instrumentIds, firstFeedSeq, beginnings);
        if (options.state() != null && earlier == null) {
            state.write(options.state());
        }
    }

    private long followFeed(final ReplayState earlier) throws InterruptedException {
        comparison = new RowComparison(reference);
        watch = new BookWatch(comparison);
        final long from = earlier == null ? 0 : earlier.firstFeedSeq();
        if (from > 0) {
            watch.beginEmpty();
        }
        follower = new FeedFollower(venue, plan.accounts().getFirst(), instrumentIds.getFirst(), from, options.reconnectFor(), watch);
        followerThread = Thread.ofPlatform().daemon().name("feed-follower").start(follower::run);
        if (from > 0) {
            return from;
        }
        final long startFeedSeq = watch.awaitStart(FIRST_ANSWER.toNanos());
        if (startFeedSeq < 0) {
            throw new IllegalStateException("the market-data feed gave no snapshot within " + FIRST_ANSWER.toSeconds() + " s"
                    + (follower.fault() == null ? "" : ": " + follower.fault().getMessage()));
        }
        if (!watch.beganEmpty()) {
            throw ReplayInstruments.notEmpty(plan.symbols().getFirst());
        }
        return startFeedSeq + 1;
    }

    private ReplayState.Beginning openSession(final int session, final long sessionId, final ReplayState earlier)
            throws InterruptedException, TimeoutException {
        final int account = plan.accounts().get(session);
        final ReplayState.Beginning before = earlier == null ? null : earlier.sessions().get(session);
        final var listener = new Outcomes(session, sessionId, before);
        final SessionClient client = SessionClient.connect(venue.orderEntry(), venue.trader(account), SessionOptions.of(sessionId)
                .withWindow(options.window()).withReconnectFor(options.reconnectFor())
                .withNextAccountSeq(before == null ? 0 : before.firstAccountSeq()), listener);
        sessions.add(client);
        final EstablishAck ack = client.awaitEstablished(FIRST_ANSWER);
        final ReplayState.Beginning beginning = before != null ? before
                : new ReplayState.Beginning(account, ack.getNextClientSeq(), ack.getLastAccountSeq() + 1);
        listener.began(beginning.firstClientSeq());
        if (before != null && ack.getNextClientSeq() > before.firstClientSeq() + plan.sessionSize(session)
                || before != null && ack.getNextClientSeq() < before.firstClientSeq()) {
            throw new IllegalArgumentException(options.state() + ": the venue expects client_seq " + ack.getNextClientSeq()
                    + " (expected: " + before.firstClientSeq() + ".." + (before.firstClientSeq() + plan.sessionSize(session))
                    + "); it is another venue, or one that lost its log");
        }
        awaitReplayed(client, ack.getLastAccountSeq());
        tally.onApplied(session, (int) (ack.getNextClientSeq() - beginning.firstClientSeq()), System.nanoTime());
        return beginning;
    }

    private static void awaitReplayed(final SessionClient client, final long lastAccountSeq)
            throws InterruptedException, TimeoutException {
        final long deadlineNs = System.nanoTime() + TimeUnit.MINUTES.toNanos(5);
        long seen = client.nextAccountSeq();
        long patienceNs = System.nanoTime() + FIRST_ANSWER.toNanos();
        while (client.nextAccountSeq() <= lastAccountSeq) {
            final long nowNs = System.nanoTime();
            if (client.nextAccountSeq() != seen) {
                seen = client.nextAccountSeq();
                patienceNs = nowNs + FIRST_ANSWER.toNanos();
            }
            if (nowNs > patienceNs || nowNs > deadlineNs) {
                throw new TimeoutException("the venue repeats the account's events up to " + lastAccountSeq + ", but stopped before " + seen);
            }
            Thread.sleep(2);
        }
    }

    /** What one session hears. */
    private final class Outcomes implements SessionListener {
        private final int session;
        private final long sessionId;
        private volatile long firstClientSeq;

        Outcomes(final int session, final long sessionId, final ReplayState.Beginning before) {
            this.session = session;
            this.sessionId = sessionId;
            firstClientSeq = before == null ? 0 : before.firstClientSeq();
        }

        void began(final long first) {
            firstClientSeq = first;
        }

        @Override
        public void onEvent(final long accountSeq, final Event event) {
            final boolean own = event.getSessionId() == sessionId && event.getClientSeq() != 0;
            tally.onEvent(session, own ? (int) (event.getClientSeq() - firstClientSeq) : -1, event);
        }

        @Override
        public void onApplied(final long clientSeq) {
            if (firstClientSeq > 0) {
                tally.onApplied(session, (int) (clientSeq + 1 - firstClientSeq), System.nanoTime());
            }
        }

        @Override
        public void onEstablished(final EstablishAck ack) {
            if (progress != null) {
                progress.note("");
            }
        }

        @Override
        public void onDisconnected(final Status status) {
            reconnections.incrementAndGet();
            if (progress != null) {
                progress.note("the venue went away (" + status.getCode() + "), trying again");
            }
        }
    }

    // ------------------------------------------------------------------------------------------------ sending

    /** Puts commands into batches and sends them, in time. */
    private final class Pump {
        private final List<Command> batch = new ArrayList<>();
        private final List<Integer> batchNumbers = new ArrayList<>();
        private int session = -1;
        private int sent;
        private int nextAdminStep;
        private long originNs;
        private long originTsNs = -1;

        int send() throws InterruptedException, TimeoutException {
            final int count = plan.orders().size();
            final int already = tally.applied();
            for (int number = 0; number < count; number++) {
                if (number < already) {
                    skipAdminSteps(number);
                    continue;
                }
                adminSteps(number);
                final ReplayPlan.Order order = plan.orders().get(number);
                if (order.session() != session) {
                    flush();
                    if (session >= 0) {
                        sessions.get(session).awaitApplied(options.reconnectFor().plus(FIRST_ANSWER));
                    }
                    session = order.session();
                }
                pace(order.command().tsNs());
                batch.add(command(number, order));
                batchNumbers.add(number);
                if (batch.size() == options.batch()) {
                    flush();
                }
                if (options.mayStop() > 0 && sent >= options.mayStop()) {
                    return sent;
                }
            }
            adminSteps(count);
            flush();
            return sent;
        }

        private void flush() throws InterruptedException {
            if (batch.isEmpty()) {
                return;
            }
            final long nowNs = System.nanoTime();
            for (final int number : batchNumbers) {
                tally.sending(number, dueNs(number, nowNs));
            }
            sessions.get(session).send(batch);
            sent += batch.size();
            batch.clear();
            batchNumbers.clear();
        }

        private long dueNs(final int number, final long nowNs) {
            if (options.speed() == 0) {
                return nowNs;
            }
            return Math.min(nowNs, originNs + (long) ((plan.orders().get(number).command().tsNs() - originTsNs) / options.speed()));
        }

        /** Waits until {@code tsNs} of the recording is due; what is due already has gone out by then. */
        private void pace(final long tsNs) throws InterruptedException {
            if (options.speed() == 0) {
                return;
            }
            if (originTsNs < 0) {
                originTsNs = tsNs;
                originNs = System.nanoTime();
            }
            final long dueNs = originNs + (long) ((tsNs - originTsNs) / options.speed());
            if (dueNs <= System.nanoTime()) {
                return;
            }
            flush();
            for (long leftNs = dueNs - System.nanoTime(); leftNs > 0; leftNs = dueNs - System.nanoTime()) {
                if (Thread.interrupted()) {
                    throw new InterruptedException();
                }
                LockSupport.parkNanos(leftNs);
            }
        }

        /** Steps before a command that had been applied were done by the run that is resumed. */
        private void skipAdminSteps(final int number) {
            while (nextAdminStep < plan.adminSteps().size() && plan.adminSteps().get(nextAdminStep).afterOrders() <= number) {
                nextAdminStep++;
                tally.onAdminSteps(nextAdminStep);
            }
        }

        private void adminSteps(final int number) throws InterruptedException, TimeoutException {
            while (nextAdminStep < plan.adminSteps().size() && plan.adminSteps().get(nextAdminStep).afterOrders() <= number) {
                flush();
                awaitOutcomes();
                final FlowCommand command = plan.adminSteps().get(nextAdminStep).command();
                tally.beginAdminStep(nextAdminStep);
                perform(command);
                for (int i = 0; i < sessions.size(); i++) {
                    final long asOf = OrderEntryGrpc.newBlockingStub(venue.orderEntry()).withCallCredentials(venue.trader(
                            plan.accounts().get(i))).withDeadlineAfter(10, TimeUnit.SECONDS)
                            .getAccount(GetAccountRequest.getDefaultInstance()).getAsOfSeq();
                    awaitReplayed(sessions.get(i), asOf);
                }
                nextAdminStep++;
                tally.onAdminSteps(nextAdminStep);
            }
        }
    }

    private void perform(final FlowCommand command) {
        final String symbol = plan.symbolOf(command);
        if (venue.admin() == null) {
            throw new IllegalArgumentException("line " + command.line() + ": " + command.action() + " is an operator's act (expected: --admin"
                    + " HOST:PORT)");
        }
        final int instrumentId = instrumentIds.get(plan.symbols().indexOf(symbol));
        if (command.action() == FlowAction.PHASE) {
            instruments.setState(instrumentId, TradingState.valueOf("TRADING_STATE_" + command.phase()));
            return;
        }
        final TradingState before = instruments.state(instrumentId);
        if (before != TradingState.TRADING_STATE_AUCTION_CALL) {
            throw new IllegalArgumentException("line " + command.line() + ": UNCROSS while " + symbol + " is in " + before
                    + " (expected: PHASE AUCTION_CALL before)");
        }
        instruments.setState(instrumentId, TradingState.TRADING_STATE_CONTINUOUS);
        instruments.setState(instrumentId, TradingState.TRADING_STATE_AUCTION_CALL);
    }

    private Command command(final int number, final ReplayPlan.Order order) {
        final FlowCommand flow = order.command();
        final Command.Builder command = Command.newBuilder();
        final long target = state.clientOrderIds() + order.target() + 1;
        switch (flow.action()) {
            case CANCEL -> command.setCancel(Cancel.newBuilder().setClientOrderId(target));
            case REDUCE -> command.setReduce(Reduce.newBuilder().setClientOrderId(target).setBy(order.quantity()));
            default -> command.setNew(NewOrder.newBuilder().setClientOrderId(state.clientOrderIds() + number + 1)
                    .setInstrumentId(instrumentIds.get(plan.symbols().indexOf(plan.symbolOf(flow))))
                    .setSide(flow.buy() ? Side.SIDE_BUY : Side.SIDE_SELL)
                    .setOrderType(OrderType.ORDER_TYPE_LIMIT)
                    .setTimeInForce(flow.action() == FlowAction.IOC ? TimeInForce.TIME_IN_FORCE_IOC
                            : flow.tif().isEmpty() ? TimeInForce.TIME_IN_FORCE_GTC : TimeInForce.valueOf("TIME_IN_FORCE_" + flow.tif()))
                    .setPrice(order.price()).setQuantity(order.quantity()));
        }
        return command.build();
    }

    // ------------------------------------------------------------------------------------------------ end

    private void awaitOutcomes() throws InterruptedException, TimeoutException {
        for (final SessionClient session : sessions) {
            session.awaitApplied(options.reconnectFor().plus(FIRST_ANSWER));
        }
    }

    private ReplayReport report(final String input, final boolean grouped, final long startNs, final int sent, final boolean resumed,
                                final int before) {
        final TradeLedger ledger = tally.finish();
        final TradeLedger.Verdict verdict = ledger.judge(tally.applied());
        final var latency = tally.latency();
        final double seconds = sent == 0 ? 0 : (tally.lastOutcomeNs() - startNs) / 1e9;
        final List<String> complaints = new ArrayList<>(tally.complaints());
        complaints.addAll(verdict.failures());
        if (comparison != null) {
            complaints.addAll(comparison.differences());
            if (follower.fault() != null) {
                complaints.add("the feed was lost: " + follower.fault().getMessage());
            }
        }
        final boolean aggressors = verdict.executions() > 0;
        return new ReplayReport(input, String.join(",", plan.symbols()), grouped, plan.orders().size(), tally.applied(), tally.rejected(),
                tally.applied() - before, ledger.trades(), ledger.quantity(), seconds, seconds == 0 ? 0 : Math.round(sent / seconds),
                microseconds(latency, 50), microseconds(latency, 90), microseconds(latency, 99), microseconds(latency, 99.9),
                latency.getMaxValue() / 1e3, comparison == null ? null : comparison.compared(),
                comparison == null ? null : comparison.equal(), comparison == null ? null : watch.skippedRows(),
                verdict.assertionsChecked(), verdict.assertionsFailed(), aggressors ? verdict.executions() : null,
                aggressors ? verdict.makerAgreement() : null, aggressors ? verdict.aggressors() : null,
                aggressors ? verdict.sweeps() : null, aggressors ? verdict.namedSets() : null, tally.lastEventSeq(),
                reconnections.get(), resumed, complaints);
    }

    private static double microseconds(final org.HdrHistogram.Histogram latency, final double percentile) {
        return latency.getTotalCount() == 0 ? 0 : latency.getValueAtPercentile(percentile) / 1e3;
    }

    private void close() {
        if (progress != null) {
            progress.close();
        }
        if (follower != null) {
            follower.stop();
            followerThread.interrupt();
        }
        sessions.forEach(SessionClient::close);
    }
}
