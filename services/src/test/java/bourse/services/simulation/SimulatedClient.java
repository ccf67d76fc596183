package bourse.services.simulation;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

import bourse.order.columns.EventRows;
import bourse.order.v1.Batch;
import bourse.order.v1.Cancel;
import bourse.order.v1.CancelOnDisconnect;
import bourse.order.v1.ClientFrame;
import bourse.order.v1.Command;
import bourse.order.v1.DuplicateOutcome;
import bourse.order.v1.Establish;
import bourse.order.v1.Event;
import bourse.order.v1.Heartbeat;
import bourse.order.v1.MassCancel;
import bourse.order.v1.NewOrder;
import bourse.order.v1.OpenOrder;
import bourse.order.v1.OrderType;
import bourse.order.v1.Quote;
import bourse.order.v1.Reduce;
import bourse.order.v1.Replace;
import bourse.order.v1.ServerFrame;
import bourse.order.v1.Side;
import bourse.order.v1.TimeInForce;

import io.grpc.Status;

/**
 * A trader's program: sends numbered commands, sends again what was not applied, connects again when its connection ends, goes on with the event behind
 * the last one it was told, and compares every word with the oracle's.
 */
final class SimulatedClient {
    static final int GRACE_MS = 300;
    private static final long SESSION = 5;
    private static final int MAX_BATCH = 24;
    private static final int KEEPALIVE_MS = 400;
    private static final long TICK_NS = 100 * Timeline.MS;
    private static final long SILENCE_NS = 3L * KEEPALIVE_MS * Timeline.MS;
    private static final long STALL_NS = 900 * Timeline.MS;
    private static final long BACKOFF_NS = 60 * Timeline.MS;
    private static final int MIDDLE = 100;
    private static final int CLOSE_OFF = 6;
    private static final String TOLD_ONCE = "a client is told every number once, in order";

    private final SimulatedVenue venue;
    final int account;
    /** Of the account: those that share one get each other's events. */
    final long session;
    final boolean cancelsOnDisconnect;
    private final boolean readsColumns;
    private final List<Command> commands = new ArrayList<>();
    private Connection connection;
    private boolean isEstablished;
    private boolean isGone;
    private long sentSeq;
    private long appliedSeq;
    private long nextAccountSeq = 1;
    private long holdUntilNs;
    private long lastHeardNs;
    private long lastSentNs;
    private long progressNs;
    private long nextId;
    private boolean isPaging;
    private final List<OpenOrder> page = new ArrayList<>();

    SimulatedClient(final SimulatedVenue venue, final int index) {
        this.venue = venue;
        account = index < 2 ? 1 : index;
        session = SESSION + index;
        cancelsOnDisconnect = index % 2 == 0;
        readsColumns = index % 3 > 0;
        nextId = index * 1_000_000L;
        venue.time.after(venue.random.nextLong(BACKOFF_NS), this::connect);
        tick();
    }

    // ------------------------------------------------------------------------------------------------ what the plan does

    void trade(final Step step) {
        if (!isGone) {
            final SplittableRandom random = new SplittableRandom(step.seed());
            if (appliedSeq == commands.size()) {
                progressNs = venue.time.nowNs();
            }
            for (int i = 0; i < step.amount(); i++) {
                commands.add(command(random));
            }
            transmit();
        }
    }

    /** What is applied already, too. */
    void repeat(final Step step) {
        if (isEstablished) {
            sendFrom(Math.max(1, sentSeq - step.amount() + 1), sentSeq);
        }
    }

    void disconnect() {
        if (connection != null) {
            connection.breakOff(true);
        }
    }

    void silence() {
        if (connection != null) {
            connection.silence();
        }
    }

    void stall(final long forNs) {
        if (connection != null) {
            connection.stall(venue.time.nowNs() + forNs);
        }
    }

    void die() {
        isGone = true;
        isEstablished = false;
        if (connection != null) {
            connection.breakOff(false);
            connection = null;
        }
    }

    /** Its connection breaks. */
    void onGatewayKilled(final GatewayLife gateway) {
        if (connection != null && connection.leadsTo(gateway)) {
            connection.breakOff(true);
        }
    }

    boolean isGone() {
        return isGone;
    }

    private Command command(final SplittableRandom random) {
        final int choice = random.nextInt(100);
        final Command.Builder command = Command.newBuilder();
        if (choice < 52 || nextId % 1_000_000 < 4) {
            return command.setNew(order(random)).build();
        }
        final long target = nextId - random.nextInt((int) Math.min(12, nextId % 1_000_000));
        if (choice < 72) {
            return command.setCancel(Cancel.newBuilder().setClientOrderId(target)).build();
        }
        if (choice < 82) {
            return command.setReplace(Replace.newBuilder().setClientOrderId(target).setPrice(MIDDLE + random.nextInt(-6, 7))
                .setOpenQuantity(random.nextInt(12))).build();
        }
        if (choice < 88) {
            return command.setReduce(Reduce.newBuilder().setClientOrderId(target).setBy(1 + random.nextInt(5))).build();
        }
        if (choice < 94) {
            return command.setQuote(Quote.newBuilder().setQuoteId(++nextId).setInstrumentId(Operator.PLAIN_INSTRUMENT)
                .setBidPrice(MIDDLE - 1 - random.nextInt(4)).setBidQuantity(1 + random.nextInt(5)).setAskPrice(MIDDLE + 1 + random.nextInt(4))
                .setAskQuantity(1 + random.nextInt(5))).build();
        }
        if (choice < 97) {
            return command.setMassCancel(MassCancel.newBuilder().setInstrumentId(random.nextInt(3))).build();
        }
        return command.setNew(order(random).setInstrumentId(9)).build();
    }

    private NewOrder.Builder order(final SplittableRandom random) {
        final boolean isBuy = random.nextBoolean();
        final NewOrder.Builder order = NewOrder.newBuilder().setClientOrderId(++nextId)
            .setInstrumentId(random.nextInt(3) == 0 ? Operator.PLAIN_INSTRUMENT : Operator.CHECKED_INSTRUMENT)
            .setSide(isBuy ? Side.SIDE_BUY : Side.SIDE_SELL).setOrderType(OrderType.ORDER_TYPE_LIMIT)
            .setTimeInForce(TimeInForce.TIME_IN_FORCE_GTC).setPrice(MIDDLE + (isBuy ? -1 : 1) * (random.nextInt(10) - 4))
            .setQuantity(1 + random.nextInt(12));
        switch (random.nextInt(14)) {
            case 0, 1 -> order.setTimeInForce(TimeInForce.TIME_IN_FORCE_IOC);
            case 2, 3 -> order.setTimeInForce(TimeInForce.TIME_IN_FORCE_GTD)
                .setExpireTimeNs(venue.epochNs() + (200 + random.nextInt(3_000)) * Timeline.MS);
            case 4 -> order.setDisplayQuantity(1);
            case 5 -> order.setOrderType(OrderType.ORDER_TYPE_STOP_LIMIT).setStopPrice(MIDDLE + random.nextInt(-3, 4));
            case 6 -> order.setPostOnly(true);
            default -> {
                // a plain limit order
            }
        }
        return order;
    }

    // ------------------------------------------------------------------------------------------------ the connection

    private void connect() {
        if (isGone || connection != null) {
            return;
        }
        final GatewayLife gateway = venue.gateway(venue.random.nextInt(venue.plan.members()));
        if (!gateway.isUp()) {
            venue.time.after(BACKOFF_NS, this::connect);
            return;
        }
        venue.counters.connections++;
        connection = new Connection(venue, gateway, this);
        lastHeardNs = venue.time.nowNs();
        isEstablished = false;
        isPaging = false;
        gateway.open(connection, account);
        final long from = venue.has(Bug.RESUME_OFF_BY_ONE) && nextAccountSeq > 1 ? nextAccountSeq + 1 : nextAccountSeq;
        send(ClientFrame.newBuilder().setEstablish(Establish.newBuilder().setSessionId(session).setNextAccountSeq(from).setKeepaliveMs(KEEPALIVE_MS)
            .setGraceMs(GRACE_MS).setEventColumns(readsColumns).setCancelOnDisconnect(cancelsOnDisconnect ? CancelOnDisconnect.CANCEL_ON_DISCONNECT_ON_DISCONNECT
                : CancelOnDisconnect.CANCEL_ON_DISCONNECT_NONE)).build());
    }

    private void send(final ClientFrame frame) {
        lastSentNs = venue.time.nowNs();
        connection.send(frame.toByteArray());
    }

    void onClosed(final Connection closed, final Status status) {
        if (closed == connection) {
            connection = null;
            isEstablished = false;
            venue.time.after(BACKOFF_NS + venue.random.nextLong(BACKOFF_NS), this::connect);
        }
    }

    private void tick() {
        if (isGone) {
            return;
        }
        final long nowNs = venue.time.nowNs();
        if (connection != null) {
            if (nowNs - lastHeardNs > SILENCE_NS) {
                final Connection silent = connection;
                silent.breakOff(false);
                onClosed(silent, Status.UNAVAILABLE);
            } else if (isEstablished) {
                if (appliedSeq < sentSeq && nowNs - progressNs > STALL_NS) {
                    progressNs = nowNs;
                    sendFrom(appliedSeq + 1, sentSeq);
                }
                transmit();
                if (nowNs - lastSentNs > KEEPALIVE_MS * Timeline.MS / 2) {
                    send(ClientFrame.newBuilder().setHeartbeat(Heartbeat.getDefaultInstance()).build());
                }
            }
        }
        venue.time.after(TICK_NS, this::tick);
    }

    private void transmit() {
        if (isEstablished && venue.time.nowNs() >= holdUntilNs && sentSeq < commands.size()) {
            sendFrom(sentSeq + 1, commands.size());
        }
    }

    private void sendFrom(final long from, final long to) {
        for (long first = from; first <= to; first += MAX_BATCH) {
            send(ClientFrame.newBuilder().setBatch(Batch.newBuilder().setFirstClientSeq(first)
                .addAllCommands(commands.subList((int) first - 1, (int) Math.min(to, first + MAX_BATCH - 1)))).build());
        }
        sentSeq = Math.max(sentSeq, to);
    }

    // ------------------------------------------------------------------------------------------------ what it is told

    void onFrame(final Connection from, final ServerFrame frame) {
        if (from != connection || isGone) {
            return;
        }
        lastHeardNs = venue.time.nowNs();
        long accountSeq = frame.getFirstAccountSeq();
        for (int row = 0, rows = EventRows.count(frame.getEventColumns()); row < rows; row++) {
            venue.counters.inColumns++;
            onEvent(accountSeq++, EventRows.event(frame.getEventColumns(), row));
        }
        for (final Event event : frame.getEventsList()) {
            onEvent(accountSeq++, event);
        }
        for (final DuplicateOutcome duplicate : frame.getDuplicatesList()) {
            venue.oracle.onDuplicate(account, duplicate);
        }
        switch (frame.getControlCase()) {
            case ESTABLISH_ACK -> {
                isEstablished = true;
                applied(frame.getEstablishAck().getNextClientSeq() - 1);
                sentSeq = appliedSeq;
                progressNs = venue.time.nowNs();
                transmit();
            }
            case NOT_APPLIED -> {
                venue.counters.notApplied++;
                if (venue.has(Bug.REFUSED_BATCH_ACKNOWLEDGED)) {
                    applied(sentSeq);
                }
                final long expected = frame.getNotApplied().getExpectedClientSeq();
                sentSeq = Math.min(sentSeq, Math.max(appliedSeq, Math.min(expected, frame.getNotApplied().getFromClientSeq()) - 1));
                holdUntilNs = venue.time.nowNs() + frame.getNotApplied().getRetryAfterMs() * Timeline.MS;
                progressNs = venue.time.nowNs();
                transmit();
            }
            case SNAPSHOT_REQUIRED -> {
                venue.counters.snapshotsRequired++;
                isPaging = true;
                page.clear();
                final long first = frame.getSnapshotRequired().getFirstAvailableSeq();
                Violation.unless(first > 0 && connection.isPruned(), "an account is told to start from a snapshot only where events are gone",
                    () -> "account " + account + " wanted " + nextAccountSeq + ", available from " + first);
            }
            case OPEN_ORDERS -> onOpenOrders(frame);
            default -> {
                // heartbeats and what does not concern the test
            }
        }
        applied(frame.getAppliedClientSeq());
    }

    private void onEvent(final long accountSeq, final Event event) {
        Violation.unless(accountSeq == nextAccountSeq && !isPaging, TOLD_ONCE, () -> "account " + account + " session " + session + ": " + accountSeq
            + " (expected: " + nextAccountSeq + ")");
        nextAccountSeq++;
        venue.oracle.onTold(account, accountSeq, event);
    }

    private void onOpenOrders(final ServerFrame frame) {
        Violation.unless(isPaging, TOLD_ONCE, () -> "account " + account + ": open orders that were not announced");
        page.addAll(frame.getOpenOrders().getOrdersList());
        if (!frame.getOpenOrders().getMore()) {
            isPaging = false;
            final long asOf = frame.getOpenOrders().getAsOfSeq();
            Violation.unless(asOf >= nextAccountSeq - 1, TOLD_ONCE, () -> "account " + account + ": open orders as of " + asOf + " after "
                + (nextAccountSeq - 1));
            nextAccountSeq = asOf + 1;
        }
    }

    private void applied(final long clientSeq) {
        while (appliedSeq < clientSeq) {
            appliedSeq++;
            progressNs = venue.time.nowNs();
            final long number = appliedSeq;
            Violation.unless(number <= commands.size(), "an acknowledged command is in the log as it was sent", () -> "account " + account + " session "
                + session + ": " + number + " was never sent");
            venue.oracle.onAcknowledged(account, session, number, content(commands.get((int) number - 1)));
        }
        sentSeq = Math.max(sentSeq, appliedSeq);
    }

    private static String content(final Command command) {
        return switch (command.getCommandCase()) {
            case NEW -> "1 " + command.getNew().getClientOrderId() + ' ' + command.getNew().getPrice() + ' ' + command.getNew().getQuantity();
            case REPLACE -> "2 " + command.getReplace().getClientOrderId() + ' ' + command.getReplace().getPrice() + ' '
                + command.getReplace().getOpenQuantity();
            case REDUCE -> "3 " + command.getReduce().getClientOrderId() + " 0 " + command.getReduce().getBy();
            case CANCEL -> "4 " + command.getCancel().getClientOrderId() + " 0 0";
            case MASS_CANCEL -> "5 0 0 0";
            case QUOTE -> CLOSE_OFF + " " + command.getQuote().getQuoteId() + ' ' + command.getQuote().getBidPrice() + ' '
                + command.getQuote().getBidQuantity();
            default -> throw new IllegalStateException(command.toString());
        };
    }

    /** At the end: everything has an answer, and everything was told. */
    void checkComplete() {
        if (isGone) {
            return;
        }
        Violation.unless(appliedSeq == commands.size(), "every command is answered in the end", () -> "account " + account + " session " + session + ": "
            + appliedSeq + " of " + commands.size() + (isEstablished ? "" : ", without a session"));
        Violation.unless(nextAccountSeq == venue.oracle.ledger.lastAccountSeq(account) + 1, "a client is told everything in the end",
            () -> "account " + account + " session " + session + ": " + (nextAccountSeq - 1) + " of " + venue.oracle.ledger.lastAccountSeq(account));
    }
}
