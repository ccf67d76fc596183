package bourse.engine.shard;

import java.nio.ByteOrder;

import bourse.sbe.engine.AccountQueryEncoder;
import bourse.sbe.engine.CloseReason;
import bourse.sbe.engine.CancelOrdersEncoder;
import bourse.sbe.engine.ChangeInstrumentEncoder;
import bourse.sbe.engine.CommandBatchEncoder;
import bourse.sbe.engine.CommandKind;
import bourse.sbe.engine.DefineInstrumentEncoder;
import bourse.sbe.engine.MessageHeaderEncoder;
import bourse.sbe.engine.OrderType;
import bourse.sbe.engine.PegReference;
import bourse.sbe.engine.SelfTradePrevention;
import bourse.sbe.engine.SessionCloseEncoder;
import bourse.sbe.engine.SessionEstablishEncoder;
import bourse.sbe.engine.SetAccountLimitsEncoder;
import bourse.sbe.engine.SetAccountRightsEncoder;
import bourse.sbe.engine.SetKillSwitchEncoder;
import bourse.sbe.engine.ScheduleTradingStateEncoder;
import bourse.sbe.engine.SetTradingStateEncoder;
import bourse.sbe.engine.Side;
import bourse.sbe.engine.StateHashRequestEncoder;
import bourse.sbe.engine.TimeInForce;
import bourse.sbe.engine.TradingState;
import bourse.sbe.engine.TransferAssetEncoder;

import org.agrona.concurrent.UnsafeBuffer;

/** SBE command messages for tests; each call starts a new message in {@link #buffer()}. */
public final class Commands {
    private final UnsafeBuffer buffer = new UnsafeBuffer(new byte[128 * 1024]);
    private final MessageHeaderEncoder header = new MessageHeaderEncoder();
    private final CommandBatchEncoder batch = new CommandBatchEncoder();
    private int length;

    public UnsafeBuffer buffer() {
        return buffer;
    }

    public int length() {
        return length;
    }

    public byte[] bytes() {
        final byte[] bytes = new byte[length];
        buffer.getBytes(0, bytes);
        return bytes;
    }

    public Commands establish(final int account, final long sessionId, final long epoch, final int cancelFlags) {
        clear();
        final SessionEstablishEncoder message = new SessionEstablishEncoder().wrapAndApplyHeader(buffer, 0, header)
                .sessionId(sessionId).correlationId(sessionId + 1000).gatewayId(7).account(account).epoch(epoch)
                .cancelOnDisconnect((short) cancelFlags);
        length = MessageHeaderEncoder.ENCODED_LENGTH + message.encodedLength();
        return this;
    }

    public Commands close(final int account, final long sessionId, final long epoch, final CloseReason reason) {
        clear();
        final SessionCloseEncoder message = new SessionCloseEncoder().wrapAndApplyHeader(buffer, 0, header)
                .sessionId(sessionId).account(account).epoch(epoch).reason(reason);
        length = MessageHeaderEncoder.ENCODED_LENGTH + message.encodedLength();
        return this;
    }

    public Commands instrument(final int instrumentId, final String symbol) {
        clear();
        final DefineInstrumentEncoder message = new DefineInstrumentEncoder().wrapAndApplyHeader(buffer, 0, header)
                .correlationId(11).tickSize(1).lotSize(1).minPrice(1).maxPrice(1L << 40).maxQuantity(1L << 31).maxNotional(0)
                .priceBand(0).referencePrice(0).marketProtection(0).symbol(symbol).baseAsset("").quoteAsset("")
                .instrumentId(instrumentId).makerFeeRate(0).takerFeeRate(0).priceDecimals((short) 0).quantityDecimals((short) 0)
                .riskChecked((short) 0).state(TradingState.CONTINUOUS);
        length = MessageHeaderEncoder.ENCODED_LENGTH + message.encodedLength();
        return this;
    }

    public Commands transfer(final int account, final String asset, final long amount) {
        clear();
        final TransferAssetEncoder message = new TransferAssetEncoder().wrapAndApplyHeader(buffer, 0, header)
                .correlationId(12).amount(amount).asset(asset).account(account);
        length = MessageHeaderEncoder.ENCODED_LENGTH + message.encodedLength();
        return this;
    }

    /** Only a limit of open orders. */
    public Commands openOrderLimit(final int account, final long maxOpenOrders) {
        clear();
        final SetAccountLimitsEncoder message = new SetAccountLimitsEncoder().wrapAndApplyHeader(buffer, 0, header)
                .correlationId(13).maxOpenOrders(maxOpenOrders).account(account);
        length = MessageHeaderEncoder.ENCODED_LENGTH + message.encodedLength();
        return this;
    }

    /** @param instruments empty = all */
    public Commands rights(final int account, final int actions, final int... instruments) {
        clear();
        final SetAccountRightsEncoder message = new SetAccountRightsEncoder().wrapAndApplyHeader(buffer, 0, header)
                .correlationId(1).account(account).actions((short) actions).allInstruments((short) (instruments.length == 0 ? 1 : 0));
        final SetAccountRightsEncoder.InstrumentsEncoder group = message.instrumentsCount(instruments.length);
        for (final int instrument : instruments) {
            group.next().instrumentId(instrument);
        }
        length = MessageHeaderEncoder.ENCODED_LENGTH + message.encodedLength();
        return this;
    }

    /** Both fees, band, tick; {@code bits} says which of them count. */
    public Commands changeInstrument(final int instrumentId, final int bits, final int fee, final long band, final long tick) {
        clear();
        final ChangeInstrumentEncoder message = new ChangeInstrumentEncoder().wrapAndApplyHeader(buffer, 0, header)
                .correlationId(7).instrumentId(instrumentId).changes(bits).makerFeeRate(fee).takerFeeRate(fee).priceBand(band).tickSize(tick);
        length = MessageHeaderEncoder.ENCODED_LENGTH + message.encodedLength();
        return this;
    }

    /** @param account 0 = all, @param instrumentId 0 = all */
    public Commands cancelOrders(final int account, final int instrumentId, final Side side) {
        clear();
        final CancelOrdersEncoder message = new CancelOrdersEncoder().wrapAndApplyHeader(buffer, 0, header)
                .correlationId(6).account(account).instrumentId(instrumentId).side(side);
        length = MessageHeaderEncoder.ENCODED_LENGTH + message.encodedLength();
        return this;
    }

    public Commands accountQuery(final int account) {
        clear();
        final AccountQueryEncoder message = new AccountQueryEncoder().wrapAndApplyHeader(buffer, 0, header).correlationId(5).account(account);
        length = MessageHeaderEncoder.ENCODED_LENGTH + message.encodedLength();
        return this;
    }

    public Commands killSwitch(final int account, final boolean on) {
        clear();
        final SetKillSwitchEncoder message = new SetKillSwitchEncoder().wrapAndApplyHeader(buffer, 0, header)
                .correlationId(14).account(account).on((short) (on ? 1 : 0));
        length = MessageHeaderEncoder.ENCODED_LENGTH + message.encodedLength();
        return this;
    }

    public Commands tradingState(final int instrumentId, final TradingState state) {
        clear();
        final SetTradingStateEncoder message = new SetTradingStateEncoder().wrapAndApplyHeader(buffer, 0, header)
                .correlationId(15).instrumentId(instrumentId).state(state);
        length = MessageHeaderEncoder.ENCODED_LENGTH + message.encodedLength();
        return this;
    }

    public Commands schedule(final int instrumentId, final TradingState state, final long atNs, final long everyNs) {
        clear();
        final ScheduleTradingStateEncoder message = new ScheduleTradingStateEncoder().wrapAndApplyHeader(buffer, 0, header)
                .correlationId(16).atNs(atNs).everyNs(everyNs).instrumentId(instrumentId).state(state);
        length = MessageHeaderEncoder.ENCODED_LENGTH + message.encodedLength();
        return this;
    }

    public Commands stateHash(final long correlationId) {
        clear();
        final StateHashRequestEncoder message = new StateHashRequestEncoder().wrapAndApplyHeader(buffer, 0, header)
                .correlationId(correlationId);
        length = MessageHeaderEncoder.ENCODED_LENGTH + message.encodedLength();
        return this;
    }

    /** GTC limit orders at the price, clientOrderId = clientSeq, side by {@code side}. */
    public Commands limits(final int account, final long sessionId, final long epoch, final long firstClientSeq, final int count,
                           final int instrumentId, final Side side, final long price, final long quantity) {
        final CommandBatchEncoder.CommandsEncoder commands = begin(account, sessionId, epoch, firstClientSeq, count);
        for (int i = 0; i < count; i++) {
            order(commands.next(), firstClientSeq + i, instrumentId, side, price, quantity, false);
        }
        return end(0, 0);
    }

    /** One GTD limit order. */
    public Commands gtd(final int account, final long sessionId, final long epoch, final long clientSeq, final int instrumentId,
                        final long price, final long expireTimeNs) {
        final CommandBatchEncoder.CommandsEncoder commands = begin(account, sessionId, epoch, clientSeq, 1);
        order(commands.next(), clientSeq, instrumentId, Side.BUY, price, 10, true).timeInForce(TimeInForce.GTD);
        return end(1, expireTimeNs);
    }

    /** One cancel by clientOrderId. */
    public Commands cancel(final int account, final long sessionId, final long epoch, final long clientSeq,
                           final long clientOrderId) {
        final CommandBatchEncoder.CommandsEncoder commands = begin(account, sessionId, epoch, clientSeq, 1);
        order(commands.next(), clientOrderId, 0, Side.BUY, 0, 0, false).kind(CommandKind.CANCEL);
        return end(0, 0);
    }

    /** One mass cancel over everything. */
    public Commands massCancel(final int account, final long sessionId, final long epoch, final long clientSeq) {
        final CommandBatchEncoder.CommandsEncoder commands = begin(account, sessionId, epoch, clientSeq, 1);
        order(commands.next(), 0, 0, Side.BOTH, 0, 0, false).kind(CommandKind.MASS_CANCEL);
        return end(0, 0);
    }

    /** Overwrites the kind of the only command. */
    public Commands withKind(final int kind) {
        buffer.putByte(MessageHeaderEncoder.ENCODED_LENGTH + CommandBatchEncoder.BLOCK_LENGTH + 4
                + CommandBatchEncoder.CommandsEncoder.kindEncodingOffset(), (byte) kind);
        return this;
    }

    /** Overwrites the number of entries in the commands group. */
    public Commands withCommandCount(final int count) {
        buffer.putShort(MessageHeaderEncoder.ENCODED_LENGTH + CommandBatchEncoder.BLOCK_LENGTH + 2, (short) count,
                ByteOrder.LITTLE_ENDIAN);
        return this;
    }

    /** Overwrites the epoch of a batch. */
    public static void epoch(final UnsafeBuffer message, final long epoch) {
        message.putInt(MessageHeaderEncoder.ENCODED_LENGTH + CommandBatchEncoder.epochEncodingOffset(), (int) epoch,
                ByteOrder.LITTLE_ENDIAN);
    }

    private CommandBatchEncoder.CommandsEncoder begin(final int account, final long sessionId, final long epoch,
                                                      final long firstClientSeq, final int count) {
        clear();
        return batch.wrapAndApplyHeader(buffer, 0, header).sessionId(sessionId).firstClientSeq(firstClientSeq)
                .ingressTimeNs(0).account(account).epoch(epoch).commandsCount(count);
    }

    private static CommandBatchEncoder.CommandsEncoder order(final CommandBatchEncoder.CommandsEncoder command,
                                                             final long clientOrderId, final int instrumentId, final Side side,
                                                             final long price, final long quantity, final boolean extended) {
        command.clientOrderId(clientOrderId).orderId(0).price(price).quantity(quantity).instrumentId(instrumentId)
                .kind(CommandKind.NEW).side(side).orderType(OrderType.LIMIT).timeInForce(TimeInForce.GTC)
                .selfTradePrevention(SelfTradePrevention.ALLOW);
        command.flags().clear().extended(extended);
        return command;
    }

    private Commands end(final int extensions, final long expireTimeNs) {
        final CommandBatchEncoder.ExtensionsEncoder group = batch.extensionsCount(extensions);
        for (int i = 0; i < extensions; i++) {
            group.next().stopPrice(0).displayQuantity(0).minQuantity(0).expireTimeNs(expireTimeNs).offset(0).limitPrice(0).linkId(0)
                    .pegReference(PegReference.NONE);
        }
        length = MessageHeaderEncoder.ENCODED_LENGTH + batch.encodedLength();
        return this;
    }

    private void clear() {
        buffer.setMemory(0, Math.max(length, 256), (byte) 0);
    }
}
