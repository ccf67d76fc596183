package bourse.gateway.ingress;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import java.util.Arrays;

import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

import bourse.sbe.WireLimits;
import bourse.sbe.engine.CommandBatchEncoder;
import bourse.sbe.engine.CommandBatchEncoder.CommandsEncoder;
import bourse.sbe.engine.CommandBatchEncoder.ExtensionsEncoder;
import bourse.sbe.engine.CommandKind;
import bourse.sbe.engine.GroupSizeEncodingEncoder;
import bourse.sbe.engine.MessageHeaderEncoder;

/**
 * Collects the commands of one batch and lays them out as the ingress ring carries them: {@code connectionId int64}, then the SBE
 * {@code CommandBatch} with its header. Hot path. Thread: one network thread. No allocation after construction.
 *
 * <p>More than {@link WireLimits#MAX_BATCH_COMMANDS} commands are counted, not kept. A command whose instrument is not among those
 * permitted closes the batch: it and all after it are not kept, see {@link #isClosed()}.
 */
public final class CommandBatchWriter {
    /** Bytes before the SBE message. */
    public static final int PREFIX_LENGTH = Long.BYTES;

    private static final int HEADER_LENGTH = MessageHeaderEncoder.ENCODED_LENGTH;
    private static final int GROUP_LENGTH = GroupSizeEncodingEncoder.ENCODED_LENGTH;
    private static final int BLOCK_AT = PREFIX_LENGTH + HEADER_LENGTH;
    private static final int COMMANDS_HEADER_AT = BLOCK_AT + CommandBatchEncoder.BLOCK_LENGTH;
    private static final int COMMANDS_AT = COMMANDS_HEADER_AT + GROUP_LENGTH;
    private static final int COMMAND_LENGTH = CommandsEncoder.sbeBlockLength();
    private static final int EXTENSION_LENGTH = ExtensionsEncoder.sbeBlockLength();

    private static final int EPOCH_AT = BLOCK_AT + CommandBatchEncoder.epochEncodingOffset();
    private static final int CLIENT_ORDER_ID = CommandsEncoder.clientOrderIdEncodingOffset();
    private static final int ORDER_ID = CommandsEncoder.orderIdEncodingOffset();
    private static final int PRICE = CommandsEncoder.priceEncodingOffset();
    private static final int QUANTITY = CommandsEncoder.quantityEncodingOffset();
    private static final int INSTRUMENT_ID = CommandsEncoder.instrumentIdEncodingOffset();
    private static final int KIND = CommandsEncoder.kindEncodingOffset();
    private static final int SIDE = CommandsEncoder.sideEncodingOffset();
    private static final int ORDER_TYPE = CommandsEncoder.orderTypeEncodingOffset();
    private static final int TIME_IN_FORCE = CommandsEncoder.timeInForceEncodingOffset();
    private static final int FLAGS = CommandsEncoder.flagsEncodingOffset();
    private static final int SELF_TRADE_PREVENTION = CommandsEncoder.selfTradePreventionEncodingOffset();

    private static final int FLAG_POST_ONLY = 1;
    private static final int FLAG_EXTENDED = 1 << 4;
    private static final int SIDE_BOTH = 2;

    private static final int NEW = CommandKind.NEW.value();
    private static final int MASS_CANCEL = CommandKind.MASS_CANCEL.value();
    private static final int QUOTE = CommandKind.QUOTE.value();
    private static final int REPLACE = CommandKind.REPLACE.value();

    private final UnsafeBuffer buffer =
        new UnsafeBuffer(new byte[COMMANDS_AT + WireLimits.MAX_BATCH_COMMANDS * (COMMAND_LENGTH + EXTENSION_LENGTH) + GROUP_LENGTH]);
    private final UnsafeBuffer extensions = new UnsafeBuffer(new byte[WireLimits.MAX_BATCH_COMMANDS * EXTENSION_LENGTH]);

    private int[] permittedInstruments;
    private int commandCount;
    private int keptCommands;
    private int keptExtensions;
    private int refusedInstrumentId;
    private boolean closed;
    private boolean addsRisk;

    static {
        if (COMMAND_LENGTH % Long.BYTES != 0 || EXTENSION_LENGTH % Long.BYTES != 0) {
            throw new ExceptionInInitializerError("command layout is not aligned to 8 bytes");
        }
    }

    /** Starts an empty batch. {@code permittedInstruments} is sorted; null = all. */
    public void begin(final int[] permittedInstruments) {
        this.permittedInstruments = permittedInstruments;
        commandCount = 0;
        keptCommands = 0;
        keptExtensions = 0;
        refusedInstrumentId = 0;
        closed = false;
        addsRisk = false;
    }

    /** Commands seen, kept or not. */
    public int commandCount() {
        return commandCount;
    }

    /** Counts commands that are not looked at: there are too many. */
    void skip(final int commands) {
        commandCount += commands;
    }

    /** Commands that the message will carry: a prefix of those seen. */
    public int keptCommands() {
        return keptCommands;
    }

    /** A command named an instrument that the credential does not permit. */
    public boolean isClosed() {
        return closed;
    }

    public int refusedInstrumentId() {
        return refusedInstrumentId;
    }

    /** Whether a kept command can add risk: under overload these are refused first. */
    public boolean addsRisk() {
        return addsRisk;
    }

    /** A new order; enumerated values are raw SBE numbers, {@code flags} without {@code extended}. */
    @SuppressWarnings("checkstyle:ParameterNumber") // the fields of one command, which must not become an object here
    void appendNew(final long clientOrderId, final int instrumentId, final int side, final int orderType, final int timeInForce,
                   final long price, final long quantity, final int selfTradePrevention, final int flags,
                   final long stopPrice, final long displayQuantity, final long minQuantity, final long expireTimeNs,
                   final long offset, final long limitPrice, final long linkId, final int pegReference) {
        final int at = claim(instrumentId);
        if (at < 0) {
            return;
        }
        addsRisk = true;
        final boolean extended =
            (stopPrice | displayQuantity | minQuantity | expireTimeNs | offset | limitPrice | linkId | pegReference) != 0;
        putCommand(at, NEW, clientOrderId, 0, price, quantity, instrumentId);
        putTerms(at, side, orderType, timeInForce, extended ? flags | FLAG_EXTENDED : flags, selfTradePrevention);
        if (extended) {
            putExtension(stopPrice, displayQuantity, minQuantity, expireTimeNs, offset, limitPrice, linkId, pegReference);
        }
    }

    /** Replace, reduce or cancel of a live order. */
    void appendTarget(final int kind, final long clientOrderId, final long orderId, final long price, final long quantity) {
        final int at = claim(0);
        if (at >= 0) {
            addsRisk |= kind == REPLACE;
            putCommand(at, kind, clientOrderId, orderId, price, quantity, 0);
            putTerms(at, 0, 0, 0, 0, 0);
        }
    }

    void appendMassCancel(final int instrumentId, final int side) {
        final int at = claim(instrumentId);
        if (at >= 0) {
            putCommand(at, MASS_CANCEL, 0, 0, 0, 0, instrumentId);
            putTerms(at, side, 0, 0, 0, 0);
        }
    }

    void appendQuote(final long quoteId, final int instrumentId, final long bidPrice, final long bidQuantity,
                     final long askPrice, final long askQuantity, final boolean postOnly, final int selfTradePrevention) {
        final int at = claim(instrumentId);
        if (at >= 0) {
            addsRisk = true;
            putCommand(at, QUOTE, quoteId, 0, bidPrice, bidQuantity, instrumentId);
            putTerms(at, SIDE_BOTH, 0, 0, postOnly ? FLAG_EXTENDED | FLAG_POST_ONLY : FLAG_EXTENDED, selfTradePrevention);
            putExtension(askPrice, askQuantity, 0, 0, 0, 0, 0, 0);
        }
    }

    /** A command without content, which the engine refuses as malformed. */
    void appendNone() {
        final int at = claim(0);
        if (at >= 0) {
            putCommand(at, 0, 0, 0, 0, 0, 0);
            putTerms(at, 0, 0, 0, 0, 0);
        }
    }

    /** Writes what stands around the commands; returns the length of prefix and message. */
    public int finish(final long connectionId, final int account, final long sessionId, final int epoch, final long firstClientSeq,
                      final long ingressTimeNs) {
        buffer.putLong(0, connectionId);
        buffer.putShort(PREFIX_LENGTH, (short) CommandBatchEncoder.BLOCK_LENGTH, LITTLE_ENDIAN);
        buffer.putShort(PREFIX_LENGTH + 2, (short) CommandBatchEncoder.TEMPLATE_ID, LITTLE_ENDIAN);
        buffer.putShort(PREFIX_LENGTH + 4, (short) CommandBatchEncoder.SCHEMA_ID, LITTLE_ENDIAN);
        buffer.putShort(PREFIX_LENGTH + 6, (short) CommandBatchEncoder.SCHEMA_VERSION, LITTLE_ENDIAN);
        buffer.putLong(BLOCK_AT + CommandBatchEncoder.sessionIdEncodingOffset(), sessionId, LITTLE_ENDIAN);
        buffer.putLong(BLOCK_AT + CommandBatchEncoder.firstClientSeqEncodingOffset(), firstClientSeq, LITTLE_ENDIAN);
        buffer.putLong(BLOCK_AT + CommandBatchEncoder.ingressTimeNsEncodingOffset(), ingressTimeNs, LITTLE_ENDIAN);
        buffer.putInt(BLOCK_AT + CommandBatchEncoder.accountEncodingOffset(), account, LITTLE_ENDIAN);
        buffer.putInt(EPOCH_AT, epoch, LITTLE_ENDIAN);
        putGroupHeader(COMMANDS_HEADER_AT, COMMAND_LENGTH, keptCommands);
        final int extensionsHeaderAt = COMMANDS_AT + keptCommands * COMMAND_LENGTH;
        putGroupHeader(extensionsHeaderAt, EXTENSION_LENGTH, keptExtensions);
        final int extensionsAt = extensionsHeaderAt + GROUP_LENGTH;
        final int extensionBytes = keptExtensions * EXTENSION_LENGTH;
        if (extensionBytes > 0) {
            buffer.putBytes(extensionsAt, extensions, 0, extensionBytes);
        }
        return extensionsAt + extensionBytes;
    }

    /** What {@link #finish} laid out. */
    public DirectBuffer buffer() {
        return buffer;
    }

    private int claim(final int instrumentId) {
        commandCount++;
        if (closed || keptCommands == WireLimits.MAX_BATCH_COMMANDS) {
            return -1;
        }
        if (permittedInstruments != null && instrumentId != 0 && Arrays.binarySearch(permittedInstruments, instrumentId) < 0) {
            closed = true;
            refusedInstrumentId = instrumentId;
            return -1;
        }
        return COMMANDS_AT + keptCommands++ * COMMAND_LENGTH;
    }

    private void putCommand(final int at, final int kind, final long clientOrderId, final long orderId, final long price,
                            final long quantity, final int instrumentId) {
        buffer.putLong(at + CLIENT_ORDER_ID, clientOrderId, LITTLE_ENDIAN);
        buffer.putLong(at + ORDER_ID, orderId, LITTLE_ENDIAN);
        buffer.putLong(at + PRICE, price, LITTLE_ENDIAN);
        buffer.putLong(at + QUANTITY, quantity, LITTLE_ENDIAN);
        buffer.putInt(at + INSTRUMENT_ID, instrumentId, LITTLE_ENDIAN);
        buffer.putByte(at + KIND, (byte) kind);
    }

    private void putTerms(final int at, final int side, final int orderType, final int timeInForce, final int flags,
                          final int selfTradePrevention) {
        buffer.putByte(at + SIDE, (byte) side);
        buffer.putByte(at + ORDER_TYPE, (byte) orderType);
        buffer.putByte(at + TIME_IN_FORCE, (byte) timeInForce);
        buffer.putShort(at + FLAGS, (short) flags, LITTLE_ENDIAN);
        buffer.putByte(at + SELF_TRADE_PREVENTION, (byte) selfTradePrevention);
        buffer.putByte(at + CommandsEncoder.reserved1EncodingOffset(), (byte) 0);
        buffer.putInt(at + CommandsEncoder.reserved2EncodingOffset(), 0, LITTLE_ENDIAN);
    }

    private void putExtension(final long stopPrice, final long displayQuantity, final long minQuantity, final long expireTimeNs,
                              final long offset, final long limitPrice, final long linkId, final int pegReference) {
        final int at = keptExtensions++ * EXTENSION_LENGTH;
        extensions.putLong(at + ExtensionsEncoder.stopPriceEncodingOffset(), stopPrice, LITTLE_ENDIAN);
        extensions.putLong(at + ExtensionsEncoder.displayQuantityEncodingOffset(), displayQuantity, LITTLE_ENDIAN);
        extensions.putLong(at + ExtensionsEncoder.minQuantityEncodingOffset(), minQuantity, LITTLE_ENDIAN);
        extensions.putLong(at + ExtensionsEncoder.expireTimeNsEncodingOffset(), expireTimeNs, LITTLE_ENDIAN);
        extensions.putLong(at + ExtensionsEncoder.offsetEncodingOffset(), offset, LITTLE_ENDIAN);
        extensions.putLong(at + ExtensionsEncoder.limitPriceEncodingOffset(), limitPrice, LITTLE_ENDIAN);
        extensions.putLong(at + ExtensionsEncoder.linkIdEncodingOffset(), linkId, LITTLE_ENDIAN);
        extensions.putByte(at + ExtensionsEncoder.pegReferenceEncodingOffset(), (byte) pegReference);
        extensions.putByte(at + ExtensionsEncoder.reserved1EncodingOffset(), (byte) 0);
        extensions.putShort(at + ExtensionsEncoder.reserved2EncodingOffset(), (short) 0, LITTLE_ENDIAN);
        extensions.putInt(at + ExtensionsEncoder.reserved3EncodingOffset(), 0, LITTLE_ENDIAN);
    }

    private void putGroupHeader(final int at, final int blockLength, final int count) {
        buffer.putShort(at, (short) blockLength, LITTLE_ENDIAN);
        buffer.putShort(at + 2, (short) count, LITTLE_ENDIAN);
    }
}
