package bourse.services.system;

import bourse.admin.v1.AddInstrumentRequest;
import bourse.admin.v1.AdminGrpc;
import bourse.admin.v1.TransferAssetRequest;
import bourse.order.v1.Cancel;
import bourse.order.v1.Command;
import bourse.order.v1.DuplicateOutcome;
import bourse.order.v1.Event;
import bourse.order.v1.NewOrder;
import bourse.order.v1.OrderType;
import bourse.order.v1.Side;
import bourse.order.v1.TimeInForce;
import bourse.reference.v1.Instrument;
import bourse.reference.v1.TradingState;
import bourse.services.client.SessionClient;
import bourse.services.client.SessionListener;
import bourse.services.client.VenueEndpoints;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeoutException;

/**
 * An account that trades at random through every fault, on a thread of its own, and remembers what it sent and all it was told. The session client
 * reconnects and repeats by itself.
 */
final class FaultTrader implements SessionListener, AutoCloseable {
    private static final int BATCH = 16;
    /** Of the built-in configuration. */
    private static final int DEMO = 1;
    /** Traded against balances, with fees; see {@link #fund}. */
    static final int FUNDED = 9;
    private static final long SESSION = 9;
    private static final long PAUSE_MS = 4;

    final int account;
    private final long pauseMs;
    private final Trader trader;
    private final SessionClient session;
    private final SplittableRandom random;
    private final Thread thread;
    private final List<Command> sent = new ArrayList<>();
    private final List<Event> events = new ArrayList<>();
    private final List<Long> accountSeqs = new ArrayList<>();
    private final List<DuplicateOutcome> duplicates = new ArrayList<>();
    private volatile boolean isStopping;
    private volatile Throwable failure;
    private volatile long holes;
    private volatile long lastEventNs;
    private volatile long answeredNs = 1;
    private long markedClientSeq;
    private final boolean isFunded;
    private long nextId;

    FaultTrader(final VenueEndpoints endpoints, final Path keyDir, final int account, final long seed) throws IOException {
        this(endpoints, keyDir, account, seed, false);
    }

    /** @param isFunded trades {@link #FUNDED}, too */
    FaultTrader(final VenueEndpoints endpoints, final Path keyDir, final int account, final long seed, final boolean isFunded) throws IOException {
        this(endpoints, List.of(), keyDir, account, seed, PAUSE_MS, isFunded);
    }

    /**
     * With other gateways of the same venue.
     *
     * @param pauseMs between batches
     */
    FaultTrader(final VenueEndpoints endpoints, final List<String> others, final Path keyDir, final int account, final long seed, final long pauseMs)
        throws IOException {
        this(endpoints, others, keyDir, account, seed, pauseMs, false);
    }

    private FaultTrader(final VenueEndpoints endpoints, final List<String> others, final Path keyDir, final int account, final long seed,
                        final long pauseMs, final boolean isFunded) throws IOException {
        this.pauseMs = pauseMs;
        this.account = account;
        this.isFunded = isFunded;
        random = new SplittableRandom(seed + account);
        trader = new Trader(endpoints, others, keyDir, account);
        session = trader.session(SESSION, this);
        thread = Thread.ofPlatform().name("trader-" + account).start(this::run);
    }

    /** Makes the instrument that is traded against balances, and pays in for these accounts. */
    static void fund(final AdminGrpc.AdminBlockingStub admin, final int accounts) {
        admin.addInstrument(AddInstrumentRequest.newBuilder().setInstrument(Instrument.newBuilder().setInstrumentId(FUNDED).setSymbol("FUNDED")
            .setTickSize(1).setLotSize(1).setMinPrice(1).setMaxPrice(1_000_000).setMaxQuantity(1_000_000).setBaseAsset("GOLD").setQuoteAsset("CASH")
            .setReferencePrice(10_000).setMakerFeeRate(100).setTakerFeeRate(700).setRiskChecked(true).setState(TradingState.TRADING_STATE_CONTINUOUS)).build());
        for (int account = 1; account <= accounts; account++) {
            admin.transferAsset(TransferAssetRequest.newBuilder().setAccount(account).setAsset("GOLD").setAmount(2_000).build());
            admin.transferAsset(TransferAssetRequest.newBuilder().setAccount(account).setAsset("CASH").setAmount(20_000_000).build());
        }
    }

    private void run() {
        try {
            session.awaitEstablished(Duration.ofSeconds(60));
            while (!isStopping) {
                final List<Command> batch = batch();
                synchronized (this) {
                    sent.addAll(batch);
                }
                session.send(batch);
                Thread.sleep(pauseMs);
            }
        } catch (final InterruptedException | TimeoutException | RuntimeException e) {
            failure = e;
        }
    }

    private List<Command> batch() {
        final List<Command> batch = new ArrayList<>(BATCH);
        for (int i = 0; i < BATCH; i++) {
            final int choice = random.nextInt(100);
            batch.add(choice < 55 || nextId < 10 ? order(choice) : cancel());
        }
        return batch;
    }

    private Command order(final int choice) {
        final boolean isBuy = random.nextBoolean();
        final long price = 10_000 + (isBuy ? -1 : 1) * (random.nextInt(24) - 6);
        return Command.newBuilder().setNew(NewOrder.newBuilder().setClientOrderId(++nextId).setInstrumentId(isFunded && choice % 3 == 0 ? FUNDED : DEMO)
            .setSide(isBuy ? Side.SIDE_BUY : Side.SIDE_SELL).setOrderType(OrderType.ORDER_TYPE_LIMIT)
            .setTimeInForce(choice < 12 ? TimeInForce.TIME_IN_FORCE_IOC : TimeInForce.TIME_IN_FORCE_GTC).setPrice(price)
            .setQuantity(1 + random.nextInt(20))).build();
    }

    /** Of an order of the recent past, which may be gone already. */
    private Command cancel() {
        return Command.newBuilder().setCancel(Cancel.newBuilder().setClientOrderId(Math.max(1, nextId - random.nextInt(60)))).build();
    }

    @Override
    public synchronized void onEvent(final long accountSeq, final Event event) {
        if (accountSeq != accountSeqs.size() + 1) {
            holes++;
        }
        lastEventNs = System.nanoTime();
        if (answeredNs == 0 && event.getClientSeq() > markedClientSeq) {
            answeredNs = lastEventNs;
        }
        accountSeqs.add(accountSeq);
        events.add(event);
    }

    @Override
    public synchronized void onDuplicate(final DuplicateOutcome outcome) {
        duplicates.add(outcome);
    }

    /** When the newest event came, by {@link System#nanoTime}. */
    long lastEventNs() {
        return lastEventNs;
    }

    /** From now on the first answer to a command that is sent later is waited for. */
    synchronized void mark() {
        markedClientSeq = sent.size();
        answeredNs = 0;
    }

    /** Which of its gateways it is at, 0 = the first. */
    int gateway() {
        return session.gateway();
    }

    /** When that answer came, by {@link System#nanoTime}; 0 = not yet. */
    long answeredNs() {
        return answeredNs;
    }

    /** Events so far. */
    synchronized int eventCount() {
        return events.size();
    }

    /** Sends no more; waits until everything sent is applied and told. */
    void finish() throws InterruptedException, TimeoutException {
        isStopping = true;
        thread.join();
        if (failure != null) {
            throw new AssertionError("trader " + account + " failed", failure);
        }
        session.awaitApplied(Duration.ofSeconds(60));
    }

    synchronized List<Command> sent() {
        return List.copyOf(sent);
    }

    synchronized List<Event> events() {
        return List.copyOf(events);
    }

    synchronized List<Long> accountSeqs() {
        return List.copyOf(accountSeqs);
    }

    synchronized List<DuplicateOutcome> duplicates() {
        return List.copyOf(duplicates);
    }

    long session() {
        return SESSION;
    }

    long holes() {
        return holes;
    }

    @Override
    public void close() {
        isStopping = true;
        thread.interrupt();
        session.close();
        trader.close();
    }
}
