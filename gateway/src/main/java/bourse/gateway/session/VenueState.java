package bourse.gateway.session;

import static java.nio.ByteOrder.LITTLE_ENDIAN;
import static org.agrona.UnsafeApi.getByte;
import static org.agrona.UnsafeApi.getInt;
import static org.agrona.UnsafeApi.getLong;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

import org.agrona.DirectBuffer;
import org.agrona.collections.Int2ObjectHashMap;

import bourse.admin.v1.Session;
import bourse.reference.v1.Instrument;
import bourse.reference.v1.TradingState;
import bourse.sbe.BlockAddress;
import bourse.sbe.engine.InstrumentDefinedDecoder;
import bourse.sbe.engine.OrderAcceptedDecoder;
import bourse.sbe.engine.OrderBookedDecoder;
import bourse.sbe.engine.OrderCancelledDecoder;
import bourse.sbe.engine.OrderReducedDecoder;
import bourse.sbe.engine.OrderReplacedDecoder;
import bourse.sbe.engine.OrderRestatedDecoder;
import bourse.sbe.engine.RestateReason;
import bourse.sbe.engine.Side;
import bourse.sbe.engine.TradeDecoder;
import bourse.sbe.engine.TradingStateChangedDecoder;

/**
 * What the event stream adds up to: accounts with their positions, live orders and instruments, folded from the first event on.
 * Hot path but for instruments. Thread: the agent.
 */
final class VenueState {
    private static final int BUY = Side.BUY.value();

    private final OrderRestatedDecoder restated = new OrderRestatedDecoder();
    private final InstrumentDefinedDecoder defined = new InstrumentDefinedDecoder();
    private final TradingStateChangedDecoder stateChanged = new TradingStateChangedDecoder();

    private final Int2ObjectHashMap<AccountState> accounts = new Int2ObjectHashMap<>();
    private final Int2ObjectHashMap<Instrument> instruments = new Int2ObjectHashMap<>();
    private final LiveOrders orders = new LiveOrders();
    private final int shard;
    private AccountState lastAccount = new AccountState(0);

    VenueState(final int shard) {
        this.shard = shard;
    }

    int shard() {
        return shard;
    }

    AccountState account(final int account) {
        final AccountState last = lastAccount;
        return last.account == account ? last : accountSlowPath(account);
    }

    private AccountState accountSlowPath(final int account) {
        AccountState state = accounts.get(account);
        if (state == null) {
            state = new AccountState(account);
            accounts.put(account, state);
        }
        lastAccount = state;
        return state;
    }

    void forEachSession(final Consumer<SessionState> action) {
        accounts.values().forEach(account -> account.forEachSession(action));
    }

    /** By account and id. Cold. */
    List<Session> sessions(final int account, final int limit, final long nowNs) {
        final List<Session> list = new ArrayList<>();
        forEachSession(session -> {
            if (account == 0 || session.account.account == account) {
                list.add(session.toMessage(shard, nowNs));
            }
        });
        list.sort((left, right) -> {
            final int byAccount = Integer.compareUnsigned(left.getAccount(), right.getAccount());
            return byAccount != 0 ? byAccount : Long.compareUnsigned(left.getSessionId(), right.getSessionId());
        });
        return list.size() > limit ? list.subList(0, limit) : list;
    }

    void forEachAccount(final Consumer<AccountState> action) {
        accounts.values().forEach(action);
    }

    /** What a fold saved. */
    void restore(final Instrument instrument) {
        instruments.put(instrument.getInstrumentId(), instrument);
    }

    LiveOrders orders() {
        return orders;
    }

    Instrument instrument(final int instrumentId) {
        return instruments.get(instrumentId);
    }

    /** In the order of their ids. */
    List<Instrument> instruments() {
        final List<Instrument> list = new ArrayList<>(instruments.values());
        list.sort((left, right) -> Integer.compareUnsigned(left.getInstrumentId(), right.getInstrumentId()));
        return list;
    }

    /** Folds an event of {@code account}; of a trade the part that is the maker's or the taker's. */
    void apply(final int templateId, final DirectBuffer buffer, final int at, final boolean maker, final AccountState account) {
        switch (templateId) {
            case OrderAcceptedDecoder.TEMPLATE_ID -> applyAccepted(BlockAddress.of(buffer, at, OrderAcceptedDecoder.BLOCK_LENGTH), account);
            case TradeDecoder.TEMPLATE_ID -> applyTrade(BlockAddress.of(buffer, at, TradeDecoder.BLOCK_LENGTH), maker, account);
            case OrderBookedDecoder.TEMPLATE_ID -> orders.booked(int64(buffer, at + OrderBookedDecoder.orderIdEncodingOffset()),
                int64(buffer, at + OrderBookedDecoder.priceEncodingOffset()), int64(buffer, at + OrderBookedDecoder.leavesEncodingOffset()));
            case OrderCancelledDecoder.TEMPLATE_ID -> orders.remove(account, int64(buffer, at + OrderCancelledDecoder.orderIdEncodingOffset()));
            case OrderReducedDecoder.TEMPLATE_ID -> orders.reduced(int64(buffer, at + OrderReducedDecoder.orderIdEncodingOffset()),
                int64(buffer, at + OrderReducedDecoder.leavesEncodingOffset()));
            case OrderReplacedDecoder.TEMPLATE_ID -> orders.changed(int64(buffer, at + OrderReplacedDecoder.orderIdEncodingOffset()),
                int64(buffer, at + OrderReplacedDecoder.priceEncodingOffset()), int64(buffer, at + OrderReplacedDecoder.leavesEncodingOffset()),
                uint8(buffer, at + OrderReplacedDecoder.restingEncodingOffset()) != 0);
            case OrderRestatedDecoder.TEMPLATE_ID -> applyRestated(buffer, at);
            default -> {
                // Rejections, mass cancellations and the like change nothing by themselves.
            }
        }
    }

    private void applyAccepted(final long at, final AccountState account) {
        orders.add(account, getLong(at + OrderAcceptedDecoder.orderIdEncodingOffset()), getLong(at + OrderAcceptedDecoder.clientOrderIdEncodingOffset()),
            getInt(at + OrderAcceptedDecoder.instrumentIdEncodingOffset()), getByte(at + OrderAcceptedDecoder.sideEncodingOffset()) & 0xFF,
            getByte(at + OrderAcceptedDecoder.orderTypeEncodingOffset()) & 0xFF, getByte(at + OrderAcceptedDecoder.timeInForceEncodingOffset()) & 0xFF,
            getLong(at + OrderAcceptedDecoder.priceEncodingOffset()), getLong(at + OrderAcceptedDecoder.quantityEncodingOffset()),
            getLong(at + OrderAcceptedDecoder.stopPriceEncodingOffset()), getByte(at + OrderAcceptedDecoder.restingEncodingOffset()) != 0);
    }

    private void applyTrade(final long at, final boolean maker, final AccountState account) {
        final AccountState.Position position = account.position(getInt(at + TradeDecoder.instrumentIdEncodingOffset()));
        final boolean takerBuys = getByte(at + TradeDecoder.takerSideEncodingOffset()) == BUY;
        if (maker) {
            orders.leaves(account, getLong(at + TradeDecoder.makerOrderIdEncodingOffset()),
                getLong(at + TradeDecoder.makerLeavesEncodingOffset()));
        } else {
            orders.leaves(account, getLong(at + TradeDecoder.takerOrderIdEncodingOffset()),
                getLong(at + TradeDecoder.takerLeavesEncodingOffset()));
        }
        final long quantity = getLong(at + TradeDecoder.quantityEncodingOffset());
        if (takerBuys != maker) {
            position.bought += quantity;
        } else {
            position.sold += quantity;
        }
    }

    private static long int64(final DirectBuffer buffer, final int at) {
        return buffer.getLong(at, LITTLE_ENDIAN);
    }

    private static int uint8(final DirectBuffer buffer, final int at) {
        return buffer.getByte(at) & 0xFF;
    }

    private void applyRestated(final DirectBuffer buffer, final int at) {
        restated.wrap(buffer, at, OrderRestatedDecoder.BLOCK_LENGTH, OrderRestatedDecoder.SCHEMA_VERSION);
        final int reason = restated.reasonRaw();
        if (reason == RestateReason.TRAILING_STOP_MOVED.value()) {
            orders.stopMoved(restated.orderId(), restated.price());
        } else if (reason == RestateReason.SELF_TRADE_DECREMENT.value()) {
            orders.reduced(restated.orderId(), restated.leaves());
        } else {
            orders.repriced(restated.orderId(), restated.price());
        }
    }

    /** A definition, or a change: both have one block. */
    void applyInstrument(final DirectBuffer buffer, final int at) {
        defined.wrap(buffer, at, InstrumentDefinedDecoder.BLOCK_LENGTH, InstrumentDefinedDecoder.SCHEMA_VERSION);
        final Instrument instrument = Instrument.newBuilder()
            .setInstrumentId((int) defined.instrumentId())
            .setSymbol(defined.symbol())
            .setShard(shard)
            .setPriceDecimals(defined.priceDecimals())
            .setQuantityDecimals(defined.quantityDecimals())
            .setTickSize(defined.tickSize())
            .setLotSize(defined.lotSize())
            .setMinPrice(defined.minPrice())
            .setMaxPrice(defined.maxPrice())
            .setMaxQuantity(defined.maxQuantity())
            .setMaxNotional(defined.maxNotional())
            .setPriceBand(defined.priceBand())
            .setReferencePrice(defined.referencePrice())
            .setMarketProtection(defined.marketProtection())
            .setBaseAsset(defined.baseAsset())
            .setQuoteAsset(defined.quoteAsset())
            .setMakerFeeRate(defined.makerFeeRate())
            .setTakerFeeRate(defined.takerFeeRate())
            .setRiskChecked(defined.riskChecked() != 0)
            .setStateValue(defined.stateRaw() + 1)
            .build();
        instruments.put(instrument.getInstrumentId(), instrument);
    }

    void applyTradingState(final DirectBuffer buffer, final int at) {
        stateChanged.wrap(buffer, at, TradingStateChangedDecoder.BLOCK_LENGTH, TradingStateChangedDecoder.SCHEMA_VERSION);
        final int instrumentId = (int) stateChanged.instrumentId();
        final Instrument instrument = instruments.get(instrumentId);
        if (instrument != null) {
            instruments.put(instrumentId, instrument.toBuilder().setState(TradingState.forNumber(stateChanged.stateRaw() + 1))
                .setReferencePrice(stateChanged.referencePrice()).build());
        }
    }

}
