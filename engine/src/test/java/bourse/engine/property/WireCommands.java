package bourse.engine.property;

import bourse.engine.match.InstrumentSpec;
import bourse.sbe.engine.ChangeInstrumentEncoder;
import bourse.sbe.engine.CommandBatchEncoder;
import bourse.sbe.engine.CommandKind;
import bourse.sbe.engine.DefineInstrumentEncoder;
import bourse.sbe.engine.MessageHeaderEncoder;
import bourse.sbe.engine.ScheduleTradingStateEncoder;
import bourse.sbe.engine.SessionEstablishEncoder;
import bourse.sbe.engine.SetAccountLimitsEncoder;
import bourse.sbe.engine.SetKillSwitchEncoder;
import bourse.sbe.engine.SetTradingStateEncoder;
import bourse.sbe.engine.Side;
import bourse.sbe.engine.TradingState;
import bourse.sbe.engine.TransferAssetEncoder;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import org.agrona.concurrent.UnsafeBuffer;

/** A random stream as messages of the log: instruments and sessions first. An uncross by hand, which has no message,
 * becomes a change of state later; the last-price hook is left out. */
final class WireCommands {
    private static final int ACCOUNTS = 4;
    private static final long START_NS = 1_000_000_000L;
    private static final int HEADER = MessageHeaderEncoder.ENCODED_LENGTH;

    /** One message and the log's time of it. */
    record Message(long timeNs, byte[] bytes) {
    }

    private final UnsafeBuffer buffer = new UnsafeBuffer(new byte[4096]);
    private final MessageHeaderEncoder header = new MessageHeaderEncoder();
    private final List<Message> messages = new ArrayList<>();
    private final long[] nextClientSeq = new long[ACCOUNTS + 1];
    private long timeNs = START_NS;

    List<Message> messages(final List<Command> stream) {
        StreamGenerator.instruments().forEach(this::instrument);
        for (int account = 1; account <= ACCOUNTS; account++) {
            nextClientSeq[account] = 1;
            final SessionEstablishEncoder message = new SessionEstablishEncoder().wrapAndApplyHeader(buffer, 0, header).sessionId(account).correlationId(1)
                .gatewayId(7).account(account).epoch(0).cancelOnDisconnect((short) 0);
            add(message.encodedLength());
        }
        stream.forEach(this::encode);
        return messages;
    }

    private void add(final int bodyLength) {
        final byte[] bytes = new byte[HEADER + bodyLength];
        buffer.getBytes(0, bytes);
        messages.add(new Message(timeNs, bytes));
        timeNs += 1_000;
        buffer.setMemory(0, buffer.capacity(), (byte) 0);
    }

    private void instrument(final InstrumentSpec spec) {
        final DefineInstrumentEncoder message = new DefineInstrumentEncoder().wrapAndApplyHeader(buffer, 0, header).correlationId(2)
            .tickSize(spec.tickSize()).lotSize(spec.lotSize()).minPrice(spec.minPrice()).maxPrice(spec.maxPrice()).maxQuantity(spec.maxQuantity())
            .maxNotional(spec.maxNotional()).priceBand(spec.priceBand()).referencePrice(spec.referencePrice())
            .marketProtection(spec.marketProtection()).symbol(spec.symbol()).baseAsset(spec.baseAsset()).quoteAsset(spec.quoteAsset())
            .instrumentId(spec.instrumentId()).makerFeeRate(spec.makerFeeRate()).takerFeeRate(spec.takerFeeRate())
            .riskChecked((short) (spec.riskChecked() ? 1 : 0)).state(TradingState.get((short) spec.state()));
        add(message.encodedLength());
    }

    private void encode(final Command c) {
        switch (c.kind()) {
            case NEW -> batch(c, CommandKind.NEW);
            case CANCEL -> batch(c, CommandKind.CANCEL);
            case REDUCE -> batch(c, CommandKind.REDUCE);
            case REPLACE -> batch(c, CommandKind.REPLACE);
            case QUOTE -> batch(c, CommandKind.QUOTE);
            case MASS_CANCEL -> batch(c, CommandKind.MASS_CANCEL);
            case STATE -> {
                final SetTradingStateEncoder message = new SetTradingStateEncoder().wrapAndApplyHeader(buffer, 0, header).correlationId(3)
                    .instrumentId(c.instrument());
                buffer.putByte(HEADER + SetTradingStateEncoder.stateEncodingOffset(), (byte) c.price());
                add(message.encodedLength());
            }
            case TIME -> timeNs = Math.max(timeNs, START_NS + c.price());
            case UNCROSS -> add(new ScheduleTradingStateEncoder().wrapAndApplyHeader(buffer, 0, header).correlationId(7).atNs(timeNs + 100_000_000L)
                .everyNs(c.instrument() == 1 ? 1_000_000_000L : 0).instrumentId(c.instrument())
                .state(messages.size() % 2 == 0 ? TradingState.AUCTION_CALL : TradingState.CONTINUOUS).encodedLength());
            case LIMITS -> add(new SetAccountLimitsEncoder().wrapAndApplyHeader(buffer, 0, header).correlationId(4).account(c.account())
                .firm(c.quantity()).maxOrderQuantity(c.terms().stop()).maxOrderNotional(c.terms().display()).maxPosition(c.terms().minimum())
                .maxOpenOrders(c.terms().expire()).maxOrdersPerSecond(c.terms().offset()).encodedLength());
            case TRANSFER -> {
                final TransferAssetEncoder message = new TransferAssetEncoder().wrapAndApplyHeader(buffer, 0, header).correlationId(5)
                    .amount(c.quantity()).account(c.account());
                buffer.putLong(HEADER + TransferAssetEncoder.assetEncodingOffset(), c.price(), ByteOrder.LITTLE_ENDIAN);
                add(message.encodedLength());
            }
            case KILL -> add(new SetKillSwitchEncoder().wrapAndApplyHeader(buffer, 0, header).correlationId(6).account(c.account())
                .on((short) (c.price() != 0 ? 1 : 0)).encodedLength());
            case CHANGE -> change(c);
            default -> {
                // No message of the log.
            }
        }
    }

    private void change(final Command c) {
        final long[] v = new long[Command.CHANGEABLE.size()];
        v[c.type()] = c.quantity();
        final List<String> inOrderOfBits = List.of("tick", "lot", "minprice", "maxprice", "maxqty", "maxnotional", "band", "ref", "protection", "makerfee",
            "takerfee", "risk");
        add(new ChangeInstrumentEncoder().wrapAndApplyHeader(buffer, 0, header).correlationId(8).instrumentId(c.instrument())
            .changes(1L << inOrderOfBits.indexOf(Command.CHANGEABLE.get(c.type()))).makerFeeRate((int) v[0]).takerFeeRate((int) v[1]).maxQuantity(v[2])
            .maxNotional(v[3]).priceBand(v[4]).referencePrice(v[5]).marketProtection(v[6]).tickSize(v[7]).lotSize(v[8]).minPrice(v[9]).maxPrice(v[10])
            .riskChecked((short) v[11]).encodedLength());
    }

    private void batch(final Command c, final CommandKind kind) {
        if (c.account() == 0) {
            return;
        }
        final boolean extended = (kind == CommandKind.NEW || kind == CommandKind.QUOTE) && (c.flags() & Command.EXTENDED) != 0;
        final CommandBatchEncoder batch = new CommandBatchEncoder().wrapAndApplyHeader(buffer, 0, header).sessionId(c.account())
            .firstClientSeq(nextClientSeq[c.account()]++).ingressTimeNs(0).account(c.account()).epoch(1);
        final CommandBatchEncoder.CommandsEncoder commands = batch.commandsCount(1).next();
        commands.clientOrderId(c.id()).orderId(c.orderId()).price(c.price()).quantity(c.quantity()).instrumentId(c.instrument()).kind(kind)
            .side(Side.get((short) c.side()));
        final int at = batch.limit() - CommandBatchEncoder.CommandsEncoder.sbeBlockLength();
        buffer.putByte(at + CommandBatchEncoder.CommandsEncoder.orderTypeEncodingOffset(), (byte) c.type());
        buffer.putByte(at + CommandBatchEncoder.CommandsEncoder.timeInForceEncodingOffset(), (byte) c.timeInForce());
        buffer.putByte(at + CommandBatchEncoder.CommandsEncoder.selfTradePreventionEncodingOffset(), (byte) c.selfTradePrevention());
        final int flags = kind == CommandKind.NEW || kind == CommandKind.QUOTE ? c.flags() : 0;
        buffer.putShort(at + CommandBatchEncoder.CommandsEncoder.flagsEncodingOffset(), (short) flags, ByteOrder.LITTLE_ENDIAN);
        final CommandBatchEncoder.ExtensionsEncoder extensions = batch.extensionsCount(extended ? 1 : 0);
        if (extended) {
            final Command.Terms t = c.terms();
            extensions.next().stopPrice(t.stop()).displayQuantity(t.display()).minQuantity(t.minimum())
                .expireTimeNs(t.expire() == 0 ? 0 : START_NS + t.expire()).offset(t.offset()).limitPrice(t.limit()).linkId(t.link());
            buffer.putByte(batch.limit() - CommandBatchEncoder.ExtensionsEncoder.sbeBlockLength()
                + CommandBatchEncoder.ExtensionsEncoder.pegReferenceEncodingOffset(), (byte) t.peg());
        }
        add(batch.encodedLength());
    }
}
