package bourse.services.system;

import bourse.engine.log.LogControl;
import bourse.engine.log.LogListener;
import bourse.engine.log.OfflineControl;
import bourse.engine.log.RecordedLog;
import bourse.engine.log.LogRole;
import bourse.engine.log.SnapshotReader;
import bourse.engine.log.SnapshotWriter;
import bourse.engine.match.MatcherLimits;
import bourse.engine.shard.LadderReplica;
import bourse.engine.shard.ReferenceMatching;
import bourse.engine.shard.Shard;
import bourse.engine.shard.ShardConfig;
import bourse.engine.store.Recording;
import bourse.engine.store.RecordingCatalog;
import bourse.engine.store.RecordingReader;
import bourse.order.v1.Command;
import bourse.order.v1.DuplicateOutcome;
import bourse.order.v1.Event;
import bourse.sbe.engine.CommandBatchDecoder;
import bourse.sbe.engine.EventBatchDecoder;
import bourse.sbe.engine.MessageHeaderDecoder;
import bourse.sbe.engine.OrderAcceptedDecoder;
import bourse.sbe.engine.OrderBookedDecoder;
import bourse.sbe.engine.OrderCancelledDecoder;
import bourse.sbe.engine.CommandRejectedDecoder;
import bourse.sbe.engine.InstrumentDefinedDecoder;
import bourse.sbe.engine.Side;
import bourse.sbe.engine.TradeDecoder;
import bourse.sbe.engine.TradingStateChangedDecoder;
import bourse.sbe.engine.TransferAssetDecoder;
import org.agrona.DirectBuffer;
import org.agrona.collections.Long2LongHashMap;
import org.agrona.collections.LongHashSet;
import org.agrona.concurrent.UnsafeBuffer;

import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Compares what clients saw, the log, the event stream and two matchers with each other, in a few linear passes over files of a venue that has ended. It
 * knows nothing of how the venue came by them.
 */
final class VenueChecker {
    private static final int HEADER_LENGTH = MessageHeaderDecoder.ENCODED_LENGTH;
    private static final MatcherLimits LIMITS = new MatcherLimits(16, 131_072, 8_192, 256, 131_072, 4_096, 1_024);
    private static final ShardConfig SHARD = new ShardConfig(0, 16, 256, 16, 64 * 1024);

    private final RecordedLog log;
    private final Promises promises;
    private final List<byte[]> fragments = new ArrayList<>();
    /** Account, its number: what was told, as the fields that a client sees. */
    private final Map<Integer, List<String>> told = new HashMap<>();
    private final Map<String, String> commandsInLog = new HashMap<>();
    private final Map<String, String> outcomes = new HashMap<>();
    private final Long2LongHashMap open = new Long2LongHashMap(-1);
    /** Accepted to buy, whatever became of them. */
    private final LongHashSet buys = new LongHashSet();
    /** By feed number: what the public was to be told. */
    private final Map<Long, String> feed = new HashMap<>();
    private final Map<String, Long> deposits = new HashMap<>();
    private long lastLogPosition;
    private long lastEventSeq;
    private long lastTradeId;
    private long lastFeedSeq;
    private long bought;
    private long sold;

    VenueChecker(final Path logDirectory, final Promises promises) {
        log = new RecordedLog(logDirectory);
        this.promises = promises;
    }

    /** All passes. @param bookHash what the venue itself said at the end; 0 = was not asked */
    void check(final List<FaultTrader> traders, final long bookHash, final LiveFeed live) {
        check(traders, bookHash);
        live.messages().forEach((feedSeq, text) -> promises.check("what the public was told is in the event stream, the same", text.equals(feed.get(feedSeq)),
            () -> "feed number " + feedSeq + ": told " + text + ", recorded " + feed.get(feedSeq)));
        promises.check("a feed number is told with one content", live.contradictions() == 0, () -> live.contradictions() + " contradictions");
    }

    /** The same without the public feed. */
    void check(final List<FaultTrader> traders, final long bookHash) {
        checkFast(traders, bookHash);
        replayReference();
    }

    /** All but the slow reference matcher: for long runs. */
    void checkFast(final List<FaultTrader> traders, final long bookHash) {
        readEvents();
        final long ladderHash = replayFast();
        if (bookHash != 0) {
            promises.check("book after recovery = re-execution of the log", ladderHash == bookHash,
                () -> Long.toHexString(ladderHash) + ", the venue said " + Long.toHexString(bookHash));
        }
        for (final FaultTrader trader : traders) {
            checkClient(trader);
        }
        promises.check("quantity bought = quantity sold", bought == sold, () -> bought + " and " + sold);
    }

    // ------------------------------------------------------------------------------------------------ the event stream

    private void readEvents() {
        for (final Recording recording : RecordingCatalog.events(log.archive())) {
            try (RecordingReader reader = new RecordingReader(log.archive(), recording, recording.startPosition())) {
                reader.read(recording.knownEnd(), (buffer, offset, length, start, end) -> {
                    final byte[] fragment = new byte[length];
                    buffer.getBytes(offset, fragment);
                    fragments.add(fragment);
                    onFragment(new UnsafeBuffer(fragment));
                });
                promises.check("recorded events readable, checksums right", recording.knownEnd() == Long.MAX_VALUE || reader.damage() == null, reader::damage);
            }
        }
    }

    private void onFragment(final UnsafeBuffer buffer) {
        final EventBatchDecoder batch = new EventBatchDecoder().wrap(buffer, HEADER_LENGTH, EventBatchDecoder.BLOCK_LENGTH, EventBatchDecoder.SCHEMA_VERSION);
        long eventSeq = batch.firstEventSeq();
        final long first = eventSeq;
        promises.check("event numbers without holes or repeats", first == lastEventSeq + 1, () -> first + " after " + lastEventSeq);
        int at = HEADER_LENGTH + EventBatchDecoder.BLOCK_LENGTH;
        for (int i = 0, count = batch.count(); i < count; i++, eventSeq++) {
            final int blockLength = buffer.getShort(at, ByteOrder.LITTLE_ENDIAN) & 0xFFFF;
            onEvent(buffer, at + HEADER_LENGTH, blockLength, buffer.getShort(at + 2, ByteOrder.LITTLE_ENDIAN) & 0xFFFF, eventSeq);
            at += HEADER_LENGTH + blockLength;
        }
        lastEventSeq = eventSeq - 1;
    }

    private void onEvent(final UnsafeBuffer buffer, final int at, final int blockLength, final int templateId, final long eventSeq) {
        switch (templateId) {
            case OrderAcceptedDecoder.TEMPLATE_ID -> {
                final OrderAcceptedDecoder e = new OrderAcceptedDecoder().wrap(buffer, at, blockLength, EventBatchDecoder.SCHEMA_VERSION);
                tell((int) e.account(), e.accountSeq(), eventSeq + " accepted " + e.clientSeq() + ' ' + e.orderId() + ' ' + e.clientOrderId() + ' ' + e.price() + ' '
                    + e.quantity());
                outcome((int) e.account(), e.sessionId(), e.clientSeq(), "accepted " + e.orderId() + ' ' + e.accountSeq());
                open.put(e.orderId(), e.quantity());
                if (e.side() == Side.BUY) {
                    buys.add(e.orderId());
                }
                feed(e.feedSeq(), eventSeq + " add " + e.orderId() + ' ' + e.price() + ' ' + e.visibleQuantity());
            }
            case TradeDecoder.TEMPLATE_ID -> onTrade(new TradeDecoder().wrap(buffer, at, blockLength, EventBatchDecoder.SCHEMA_VERSION), eventSeq);
            case OrderBookedDecoder.TEMPLATE_ID -> {
                final OrderBookedDecoder e = new OrderBookedDecoder().wrap(buffer, at, blockLength, EventBatchDecoder.SCHEMA_VERSION);
                tell((int) e.account(), e.accountSeq(), eventSeq + " booked " + e.orderId() + ' ' + e.price() + ' ' + e.leaves());
                feed(e.feedSeq(), eventSeq + " add " + e.orderId() + ' ' + e.price() + ' ' + e.visibleQuantity());
            }
            case OrderCancelledDecoder.TEMPLATE_ID -> {
                final OrderCancelledDecoder e = new OrderCancelledDecoder().wrap(buffer, at, blockLength, EventBatchDecoder.SCHEMA_VERSION);
                tell((int) e.account(), e.accountSeq(), eventSeq + " cancelled " + e.clientSeq() + ' ' + e.orderId());
                open.remove(e.orderId());
                feed(e.feedSeq(), eventSeq + " delete " + e.orderId());
            }
            case CommandRejectedDecoder.TEMPLATE_ID -> {
                final CommandRejectedDecoder e = new CommandRejectedDecoder().wrap(buffer, at, blockLength, EventBatchDecoder.SCHEMA_VERSION);
                tell((int) e.account(), e.accountSeq(), eventSeq + " rejected " + e.clientSeq() + ' ' + e.clientOrderId());
                outcome((int) e.account(), e.sessionId(), e.clientSeq(), "rejected 0 " + e.accountSeq());
            }
            case InstrumentDefinedDecoder.TEMPLATE_ID ->
                feed(new InstrumentDefinedDecoder().wrap(buffer, at, blockLength, EventBatchDecoder.SCHEMA_VERSION).feedSeq(), eventSeq + " other");
            case TradingStateChangedDecoder.TEMPLATE_ID ->
                feed(new TradingStateChangedDecoder().wrap(buffer, at, blockLength, EventBatchDecoder.SCHEMA_VERSION).feedSeq(), eventSeq + " other");
            default -> {
                // sessions, administration: not an account's, not public
            }
        }
    }

    private void onTrade(final TradeDecoder e, final long eventSeq) {
        final boolean makerFirst = e.makerAccountSeq() < e.takerAccountSeq() || e.makerAccount() != e.takerAccount();
        final String maker = eventSeq + " traded " + e.tradeId() + ' ' + e.makerOrderId() + ' ' + e.price() + ' ' + e.quantity() + ' ' + e.makerLeaves() + " maker";
        final String taker = eventSeq + " traded " + e.tradeId() + ' ' + e.takerOrderId() + ' ' + e.price() + ' ' + e.quantity() + ' ' + e.takerLeaves() + " taker";
        tell((int) (makerFirst ? e.makerAccount() : e.takerAccount()), makerFirst ? e.makerAccountSeq() : e.takerAccountSeq(), makerFirst ? maker : taker);
        tell((int) (makerFirst ? e.takerAccount() : e.makerAccount()), makerFirst ? e.takerAccountSeq() : e.makerAccountSeq(), makerFirst ? taker : maker);
        final long tradeId = e.tradeId();
        promises.check("trade ids without holes or repeats", tradeId == lastTradeId + 1, () -> tradeId + " after " + lastTradeId);
        lastTradeId = tradeId;
        side(e.makerOrderId(), e.quantity());
        side(e.takerOrderId(), e.quantity());
        fill(e.makerOrderId(), e.quantity(), e.makerLeaves());
        fill(e.takerOrderId(), e.quantity(), e.takerLeaves());
        feed(e.feedSeq(), eventSeq + " trade " + e.tradeId() + ' ' + e.makerOrderId() + ' ' + e.takerOrderId() + ' ' + e.price() + ' ' + e.quantity());
    }

    private void side(final long orderId, final long quantity) {
        if (buys.contains(orderId)) {
            bought += quantity;
        } else {
            sold += quantity;
        }
    }

    private void fill(final long orderId, final long quantity, final long leaves) {
        final long before = open.get(orderId);
        promises.check("an order never trades more than it has open", before - quantity == leaves,
            () -> "order " + orderId + ": " + before + " - " + quantity + ", leaves " + leaves);
        if (leaves == 0) {
            open.remove(orderId);
        } else {
            open.put(orderId, leaves);
        }
    }

    private void tell(final int account, final long accountSeq, final String what) {
        final List<String> events = told.computeIfAbsent(account, key -> new ArrayList<>());
        promises.check("account numbers without holes or repeats", accountSeq == events.size() + 1L, () -> "account " + account + ": " + accountSeq
            + " after " + events.size());
        events.add(what);
    }

    private void outcome(final int account, final long session, final long clientSeq, final String what) {
        if (clientSeq != 0) {
            final String before = outcomes.putIfAbsent(account + " " + session + ' ' + clientSeq, what);
            promises.check("a command is accepted or refused once", before == null, () -> "account " + account + ", command " + clientSeq + ": " + before
                + ", then " + what);
        }
    }

    private void feed(final long feedSeq, final String what) {
        if (feedSeq != 0) {
            promises.check("feed numbers without holes or repeats", feedSeq == lastFeedSeq + 1, () -> feedSeq + " after " + lastFeedSeq);
            lastFeedSeq = feedSeq;
            feed.put(feedSeq, what);
        }
    }

    // ------------------------------------------------------------------------------------------------ the log

    /** The log once more through the fast matcher: the same events, byte for byte. Returns its book's hash. */
    private long replayFast() {
        try (LadderReplica replica = LadderReplica.of(SHARD, LIMITS)) {
            replay(replica.shard(), "events = re-execution of the log (fast matcher)", true);
            final Conservation state = new Conservation();
            replica.shard().matching().matcher().forEachState(state);
            checkMoney(state);
            final Map<Long, Long> live = state.live;
            promises.check("accepted = traded + cancelled + open, order by order", live.size() == open.size(),
                () -> live.size() + " in the book, " + open.size() + " by their events");
            live.forEach((orderId, leaves) -> promises.check("accepted = traded + cancelled + open, order by order", open.get(orderId.longValue()) == leaves.longValue(),
                () -> "order " + orderId + ": " + leaves + " in the book, " + open.get(orderId) + " by its events"));
            return replica.shard().matching().matcher().bookHash();
        }
    }

    /** What was paid in is there, in balances and fees; what one bought another sold. */
    private void checkMoney(final Conservation state) {
        final Map<String, Long> there = new HashMap<>();
        state.assets.forEach((asset, total) -> there.merge(assetName(asset), total, Long::sum));
        deposits.forEach((asset, paidIn) -> promises.check("money: paid in = balances + fees", paidIn.equals(there.get(asset)),
            () -> asset + ": " + paidIn + " paid in, " + there.get(asset) + " there"));
        promises.check("money: nobody holds more than there is", state.overdrawn == 0, () -> state.overdrawn + " balances");
        state.positions.forEach((instrument, sum) -> promises.check("positions of all accounts add up to 0", sum == 0, () -> "instrument " + instrument + ": " + sum));
    }

    private static String assetName(final long asset) {
        final StringBuilder name = new StringBuilder();
        for (long rest = asset; rest != 0; rest >>>= 8) {
            name.append((char) (rest & 0xff));
        }
        return name.toString();
    }

    private void replayReference() {
        replay(new Shard(SHARD, listener -> new ReferenceMatching(LIMITS, listener)), "events = re-execution of the log (reference matcher)", false);
    }

    private void replay(final LogListener shard, final String promise, final boolean collects) {
        final Comparison comparison = new Comparison(promise);
        shard.onStart(new OfflineControl(comparison));
        log.replay(0, Long.MAX_VALUE, collects ? new Collecting(shard) : shard);
        promises.check(promise, comparison.next >= fragments.size(), () -> (fragments.size() - comparison.next) + " recorded fragments more than the log explains");
    }

    /** Compares fragments as they are made with those that are recorded. */
    private final class Comparison implements OfflineControl.Taker {
        private final String promise;
        private int next;

        Comparison(final String promise) {
            this.promise = promise;
        }

        @Override
        public void onEvents(final DirectBuffer buffer, final int offset, final int length) {
            final byte[] made = new byte[length];
            buffer.getBytes(offset, made);
            final int index = next++;
            // The log may know more than was recorded when the process died: what follows the last fragment nobody was told.
            promises.check(promise, index >= fragments.size() || Arrays.equals(made, fragments.get(index)), () -> "fragment " + index + " differs");
        }
    }

    /** Remembers the content of each command. */
    private final class Collecting implements LogListener {
        private final LogListener next;
        private final CommandBatchDecoder batch = new CommandBatchDecoder();
        private final TransferAssetDecoder transfer = new TransferAssetDecoder();

        Collecting(final LogListener next) {
            this.next = next;
        }

        @Override
        public void onCommand(final long position, final long timeNs, final DirectBuffer buffer, final int offset, final int length) {
            final int templateId = buffer.getShort(offset + 2, ByteOrder.LITTLE_ENDIAN) & 0xFFFF;
            final long before = lastLogPosition;
            promises.check("log positions ascend: an entry is there once", position > before, () -> position + " after " + before);
            lastLogPosition = position;
            if (templateId == TransferAssetDecoder.TEMPLATE_ID) {
                transfer.wrap(buffer, offset + HEADER_LENGTH, TransferAssetDecoder.BLOCK_LENGTH, TransferAssetDecoder.SCHEMA_VERSION);
                deposits.merge(transfer.asset(), transfer.amount(), Long::sum);
            }
            if (templateId == CommandBatchDecoder.TEMPLATE_ID) {
                batch.wrap(buffer, offset + HEADER_LENGTH, CommandBatchDecoder.BLOCK_LENGTH, CommandBatchDecoder.SCHEMA_VERSION);
                long clientSeq = batch.firstClientSeq();
                final String owner = batch.account() + " " + batch.sessionId() + ' ';
                for (final CommandBatchDecoder.CommandsDecoder command : batch.commands()) {
                    final String content = command.kindRaw() + " " + command.clientOrderId() + ' ' + command.price() + ' ' + command.quantity();
                    final String first = commandsInLog.putIfAbsent(owner + clientSeq, content);
                    final long number = clientSeq;
                    promises.check("a repeated command has the same content", first == null || first.equals(content),
                        () -> owner + number + ": " + first + ", then " + content);
                    clientSeq++;
                }
            }
            next.onCommand(position, timeNs, buffer, offset, length);
        }

        @Override
        public void onRestore(final SnapshotReader snapshot) {
            next.onRestore(snapshot);
        }

        @Override
        public void onStart(final LogControl control) {
            next.onStart(control);
        }

        @Override
        public void onTimer(final long position, final long timeNs, final long timerId) {
            next.onTimer(position, timeNs, timerId);
        }

        @Override
        public void onTakeSnapshot(final SnapshotWriter snapshot) {
            next.onTakeSnapshot(snapshot);
        }

        @Override
        public long lastEventSeq() {
            return next.lastEventSeq();
        }

        @Override
        public long fingerprint() {
            return next.fingerprint();
        }

        @Override
        public void onRole(final LogRole role) {
            next.onRole(role);
        }

        @Override
        public void onStop() {
            next.onStop();
        }
    }

    // ------------------------------------------------------------------------------------------------ what clients saw

    private void checkClient(final FaultTrader trader) {
        final List<Event> events = trader.events();
        final List<String> recorded = told.getOrDefault(trader.account, List.of());
        promises.check("a client is told every number once, in order", trader.holes() == 0, () -> "account " + trader.account + ": " + trader.holes() + " holes");
        promises.check("a client was told everything", events.size() == recorded.size(),
            () -> "account " + trader.account + ": " + events.size() + " of " + recorded.size());
        final List<Command> sent = trader.sent();
        final List<Long> accountSeqs = trader.accountSeqs();
        for (int i = 0; i < events.size(); i++) {
            final Event event = events.get(i);
            final String seen = seen(event);
            final long accountSeq = accountSeqs.get(i);
            final String there = accountSeq <= recorded.size() ? recorded.get((int) accountSeq - 1) : "nothing";
            promises.check("what a client was told is in the event stream, the same", there.equals(seen), () -> "account " + trader.account + ", number "
                + accountSeq + ": told " + seen + ", recorded " + there);
            final boolean isAcknowledgement = event.getClientSeq() != 0 && (event.hasAccepted() || event.hasRejected() || event.hasCancelled());
            if (isAcknowledgement) {
                acknowledged(trader, event.getClientSeq(), sent);
            }
        }
        for (final DuplicateOutcome duplicate : trader.duplicates()) {
            final String outcome = outcomes.get(trader.account + " " + trader.session() + ' ' + duplicate.getClientSeq());
            if (outcome != null && !duplicate.getTooOld()) {
                final String repeated = (outcome.startsWith("accepted") ? "accepted " + duplicate.getOrderId() : "rejected 0") + ' '
                    + duplicate.getOriginalAccountSeq();
                promises.check("a repeated command got its first answer", outcome.equals(repeated), () -> "account " + trader.account + ", command "
                    + duplicate.getClientSeq() + ": " + outcome + ", then " + repeated);
            }
        }
    }

    private void acknowledged(final FaultTrader trader, final long clientSeq, final List<Command> sent) {
        final String logged = commandsInLog.get(trader.account + " " + trader.session() + ' ' + clientSeq);
        final Command command = clientSeq <= sent.size() ? sent.get((int) clientSeq - 1) : null;
        promises.check("an acknowledged command is in the log as it was sent", command != null && logged != null && logged.endsWith(content(command)),
            () -> "account " + trader.account + ", command " + clientSeq + ": logged " + logged + ", sent " + (command == null ? "nothing" : content(command)));
    }

    private static String content(final Command command) {
        return command.hasNew() ? " " + command.getNew().getClientOrderId() + ' ' + command.getNew().getPrice() + ' ' + command.getNew().getQuantity()
            : " " + command.getCancel().getClientOrderId() + " 0 0";
    }

    private static String seen(final Event event) {
        final String head = event.getEventSeq() + " ";
        return head + switch (event.getEventCase()) {
            case ACCEPTED -> "accepted " + event.getClientSeq() + ' ' + event.getAccepted().getOrderId() + ' ' + event.getAccepted().getClientOrderId() + ' '
                + event.getAccepted().getPrice() + ' ' + event.getAccepted().getQuantity();
            case EXECUTION -> "traded " + event.getExecution().getTradeId() + ' ' + event.getExecution().getOrderId() + ' ' + event.getExecution().getPrice() + ' '
                + event.getExecution().getQuantity() + ' ' + event.getExecution().getLeaves() + (event.getExecution().getMaker() ? " maker" : " taker");
            case BOOKED -> "booked " + event.getBooked().getOrderId() + ' ' + event.getBooked().getPrice() + ' ' + event.getBooked().getLeaves();
            case CANCELLED -> "cancelled " + event.getClientSeq() + ' ' + event.getCancelled().getOrderId();
            case REJECTED -> "rejected " + event.getClientSeq() + ' ' + event.getRejected().getClientOrderId();
            default -> event.getEventCase().name();
        };
    }
}
