package bourse.engine.shard;

import java.nio.ByteOrder;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeSet;

import bourse.engine.events.StateHashing;
import bourse.engine.match.ExtendedTerms;
import bourse.engine.match.InstrumentSpec;
import bourse.engine.match.MatchListener;
import bourse.engine.match.Matcher;
import bourse.engine.match.StateVisitor;

import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/** Just enough of a matcher to drive a shard: orders rest, the first opposite one at the same price trades, ids count up. */
final class ToyMatching implements MatchingState, Matcher {
    private static final int UNKNOWN_ORDER = 3;
    private static final int UNKNOWN_INSTRUMENT = 2;

    private final MatchListener listener;
    private final TreeSet<Integer> instruments = new TreeSet<>();
    private final Map<Long, ToyOrder> orders = new LinkedHashMap<>();
    private long lastOrderId;
    private long lastTradeId;
    private long applying;
    private long applied;
    private long published;

    private static final class ToyOrder {
        long orderId;
        long clientOrderId;
        long price;
        long leaves;
        long expireTimeNs;
        int account;
        int session;
        int instrumentId;
        int side;
    }

    ToyMatching(final MatchListener listener) {
        this.listener = listener;
    }

    long appliedPosition() {
        if (applying != applied) {
            throw new AssertionError("applying=" + applying + ", applied=" + applied);
        }
        return applied;
    }

    long publishedEventSeq() {
        return published;
    }

    @Override
    public Matcher matcher() {
        return this;
    }

    @Override
    public long orderCount() {
        return orders.size();
    }

    @Override
    public void applying(final long position) {
        applying = position;
    }

    @Override
    public void applied(final long position) {
        applied = position;
    }

    @Override
    public void publish(final long eventSeq) {
        published = eventSeq;
    }

    @Override
    public void writeSnapshot(final ChunkSink sink) {
        final UnsafeBuffer chunk = new UnsafeBuffer(new byte[96]);
        chunk.putLong(0, lastOrderId);
        chunk.putLong(8, lastTradeId);
        sink.write(chunk, 0, 16);
        for (final int instrumentId : instruments) {
            chunk.putInt(0, instrumentId);
            sink.write(chunk, 0, 4);
        }
        for (final ToyOrder o : orders.values()) {
            final long[] fields = {o.orderId, o.clientOrderId, o.price, o.leaves, o.expireTimeNs, o.account, o.session,
                    o.instrumentId, o.side};
            for (int i = 0; i < fields.length; i++) {
                chunk.putLong(i * 8, fields[i]);
            }
            sink.write(chunk, 0, fields.length * 8);
        }
    }

    @Override
    public void readSnapshotChunk(final DirectBuffer buffer, final int offset, final int length) {
        if (length == 16) {
            lastOrderId = buffer.getLong(offset, ByteOrder.nativeOrder());
            lastTradeId = buffer.getLong(offset + 8, ByteOrder.nativeOrder());
        } else if (length == 4) {
            instruments.add(buffer.getInt(offset));
        } else {
            final ToyOrder o = new ToyOrder();
            o.orderId = buffer.getLong(offset);
            o.clientOrderId = buffer.getLong(offset + 8);
            o.price = buffer.getLong(offset + 16);
            o.leaves = buffer.getLong(offset + 24);
            o.expireTimeNs = buffer.getLong(offset + 32);
            o.account = (int) buffer.getLong(offset + 40);
            o.session = (int) buffer.getLong(offset + 48);
            o.instrumentId = (int) buffer.getLong(offset + 56);
            o.side = (int) buffer.getLong(offset + 64);
            orders.put(o.orderId, o);
        }
    }

    @Override
    public void endSnapshot() {
        // nothing is derived
    }

    @Override
    public void defineInstrument(final InstrumentSpec spec) {
        instruments.add(spec.instrumentId());
    }

    @Override
    public InstrumentSpec instrument(final int instrumentId) {
        return instruments.contains(instrumentId) ? InstrumentSpec.plain(instrumentId, "TOY" + instrumentId) : null;
    }

    @Override
    public int changeInstrument(final InstrumentSpec spec) {
        return instruments.contains(spec.instrumentId()) ? 0 : UNKNOWN_INSTRUMENT;
    }

    @Override
    public void advanceTime(final long timeNs) {
        for (final Iterator<ToyOrder> i = orders.values().iterator(); i.hasNext();) {
            final ToyOrder o = i.next();
            if (o.expireTimeNs != 0 && o.expireTimeNs <= timeNs) {
                i.remove();
                listener.onCancelled(o.instrumentId, o.orderId, o.account, o.clientOrderId, o.side, o.price, o.leaves, true, 8);
            }
        }
    }

    @Override
    public void newOrder(final int account, final int sessionIndex, final long clientOrderId, final int instrumentId,
                         final int side, final int orderType, final int timeInForce, final int flags,
                         final int selfTradePrevention, final long price, final long quantity, final ExtendedTerms terms) {
        if (!instruments.contains(instrumentId)) {
            listener.onRejected(1, instrumentId, account, 0, clientOrderId, UNKNOWN_INSTRUMENT, 1, 0, instrumentId);
            return;
        }
        final ToyOrder o = new ToyOrder();
        o.orderId = ++lastOrderId;
        o.clientOrderId = clientOrderId;
        o.price = price;
        o.leaves = quantity;
        o.account = account;
        o.session = sessionIndex;
        o.instrumentId = instrumentId;
        o.side = side;
        o.expireTimeNs = terms == null ? 0 : terms.expireTimeNs;
        ToyOrder maker = null;
        for (final ToyOrder other : orders.values()) {
            if (other.instrumentId == instrumentId && other.side != side && other.price == price) {
                maker = other;
                break;
            }
        }
        listener.onAccepted(instrumentId, o.orderId, account, clientOrderId, side, orderType, timeInForce, flags, price, quantity,
                maker == null ? quantity : 0, 0, maker == null);
        if (maker != null) {
            final long traded = Math.min(maker.leaves, quantity);
            maker.leaves -= traded;
            o.leaves -= traded;
            listener.onTrade(instrumentId, ++lastTradeId, maker.orderId, maker.account, maker.clientOrderId, maker.leaves, false, 0,
                    o.orderId, account, clientOrderId, o.leaves, false, 0, side, price, traded, false);
            if (maker.leaves == 0) {
                orders.remove(maker.orderId);
            }
            if (o.leaves > 0) {
                listener.onBooked(instrumentId, o.orderId, account, clientOrderId, side, price, o.leaves, o.leaves);
            }
        }
        if (o.leaves > 0) {
            orders.put(o.orderId, o);
        }
    }

    @Override
    public void replace(final int account, final long orderId, final long clientOrderId, final long price, final long openQuantity) {
        final ToyOrder o = find(account, orderId, clientOrderId);
        if (o == null) {
            listener.onRejected(2, 0, account, orderId, clientOrderId, UNKNOWN_ORDER, 13, 0, orderId);
            return;
        }
        o.price = price;
        o.leaves = openQuantity;
        listener.onReplaced(o.instrumentId, o.orderId, account, o.clientOrderId, o.side, price, openQuantity, openQuantity, false,
                true, true);
    }

    @Override
    public void reduce(final int account, final long orderId, final long clientOrderId, final long by) {
        cancel(account, orderId, clientOrderId);
    }

    @Override
    public void cancel(final int account, final long orderId, final long clientOrderId) {
        final ToyOrder o = find(account, orderId, clientOrderId);
        if (o == null) {
            listener.onRejected(4, 0, account, orderId, clientOrderId, UNKNOWN_ORDER, 13, 0, orderId);
            return;
        }
        orders.remove(o.orderId);
        listener.onCancelled(o.instrumentId, o.orderId, account, o.clientOrderId, o.side, o.price, o.leaves, true, 1);
    }

    @Override
    public void massCancel(final int account, final int instrumentId, final int side, final int reason) {
        long cancelled = 0;
        for (final Iterator<ToyOrder> i = orders.values().iterator(); i.hasNext();) {
            final ToyOrder o = i.next();
            if (o.account == account) {
                i.remove();
                cancelled++;
                listener.onCancelled(o.instrumentId, o.orderId, account, o.clientOrderId, o.side, o.price, o.leaves, true, reason);
            }
        }
        listener.onMassCancelled(account, instrumentId, side, cancelled, reason);
    }

    @Override
    public void cancelSession(final int account, final int sessionIndex, final int reason) {
        for (final Iterator<ToyOrder> i = orders.values().iterator(); i.hasNext();) {
            final ToyOrder o = i.next();
            if (o.account == account && o.session == sessionIndex) {
                i.remove();
                listener.onCancelled(o.instrumentId, o.orderId, account, o.clientOrderId, o.side, o.price, o.leaves, true, reason);
            }
        }
    }

    @Override
    public void quote(final int account, final int sessionIndex, final long quoteId, final int instrumentId, final int flags,
                      final int selfTradePrevention, final long bidPrice, final long bidQuantity, final ExtendedTerms terms) {
        listener.onQuoted(account, instrumentId, quoteId, 0, 0);
    }

    @Override
    public int setTradingState(final int instrumentId, final int state) {
        listener.onTradingState(instrumentId, state, 0);
        return 0;
    }

    @Override
    public void uncross(final int instrumentId) {
        listener.onAuctionIndication(instrumentId, 0, 0, 0);
    }

    @Override
    public void setLastPrice(final int instrumentId, final long price) {
        // no stops here
    }

    @Override
    public long bookHash() {
        long hash = lastTradeId;
        for (final ToyOrder o : orders.values()) {
            hash = StateHashing.mix(hash, o.orderId);
            hash = StateHashing.mix(hash, o.price);
            hash = StateHashing.mix(hash, o.leaves);
        }
        return hash;
    }

    @Override
    public long stateHash() {
        return StateHashing.mix(bookHash(), lastOrderId);
    }

    @Override
    public void forEachState(final StateVisitor visitor) {
        visitor.engine(0, lastOrderId + 1, lastTradeId + 1, 1);
    }

    private ToyOrder find(final int account, final long orderId, final long clientOrderId) {
        for (final ToyOrder o : orders.values()) {
            if (o.account == account && (orderId != 0 ? o.orderId == orderId : o.clientOrderId == clientOrderId)) {
                return o;
            }
        }
        return null;
    }
}
