package bourse.services.data;

import bourse.engine.log.RecordedLog;
import bourse.engine.store.DamageException;
import bourse.engine.store.Recording;
import bourse.engine.store.RecordingCatalog;
import bourse.engine.store.RecordingReader;
import bourse.sbe.engine.AdminOutcomeDecoder;
import bourse.sbe.engine.AuctionIndicationDecoder;
import bourse.sbe.engine.BatchRefusedDecoder;
import bourse.sbe.engine.CommandRejectedDecoder;
import bourse.sbe.engine.DuplicateOutcomeDecoder;
import bourse.sbe.engine.EventBatchDecoder;
import bourse.sbe.engine.InstrumentChangedDecoder;
import bourse.sbe.engine.InstrumentDefinedDecoder;
import bourse.sbe.engine.MassCancelledDecoder;
import bourse.sbe.engine.MessageHeaderDecoder;
import bourse.sbe.engine.OrderAcceptedDecoder;
import bourse.sbe.engine.OrderBookedDecoder;
import bourse.sbe.engine.OrderCancelledDecoder;
import bourse.sbe.engine.OrderReducedDecoder;
import bourse.sbe.engine.OrderReplacedDecoder;
import bourse.sbe.engine.OrderRestatedDecoder;
import bourse.sbe.engine.QuoteAcceptedDecoder;
import bourse.sbe.engine.SessionClosedDecoder;
import bourse.sbe.engine.SessionEstablishedDecoder;
import bourse.sbe.engine.StateHashDecoder;
import bourse.sbe.engine.TradeDecoder;
import bourse.sbe.engine.TradingStateChangedDecoder;
import org.agrona.DirectBuffer;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The recorded event stream as comma-separated values, one event a line, the same columns for all: a field that an event does not have is empty. Prices
 * and quantities are the venue's integers, times nanoseconds since the epoch. Cold.
 */
public final class EventExport {
    private static final int HEADER_LENGTH = MessageHeaderDecoder.ENCODED_LENGTH;
    private static final List<String> COLUMNS = List.of("account", "accountSeq", "sessionId", "clientSeq", "orderId", "clientOrderId", "instrumentId",
        "side", "orderType", "timeInForce", "price", "quantity", "leaves", "visibleQuantity", "stopPrice", "reason", "field", "tradeId", "makerAccount",
        "makerAccountSeq", "makerOrderId", "makerLeaves", "takerAccount", "takerAccountSeq", "takerSessionId", "takerClientSeq", "takerOrderId",
        "takerLeaves", "takerSide", "feedSeq", "rptSeq", "state", "symbol");
    private static final List<Object> DECODERS = List.of(new OrderAcceptedDecoder(), new OrderBookedDecoder(), new TradeDecoder(),
        new OrderCancelledDecoder(), new OrderReducedDecoder(), new OrderReplacedDecoder(), new OrderRestatedDecoder(), new CommandRejectedDecoder(),
        new MassCancelledDecoder(), new QuoteAcceptedDecoder(), new DuplicateOutcomeDecoder(), new BatchRefusedDecoder(), new SessionEstablishedDecoder(),
        new SessionClosedDecoder(), new AdminOutcomeDecoder(), new StateHashDecoder(), new InstrumentDefinedDecoder(), new InstrumentChangedDecoder(), new TradingStateChangedDecoder(),
        new AuctionIndicationDecoder());

    /** How one kind of event is read. */
    private record Kind(String name, Object decoder, Method wrap, Method[] getters) {
    }

    private final Map<Integer, Kind> kinds = new HashMap<>();
    private final Writer out;
    private final long fromEventSeq;
    private final long toEventSeq;
    private long count;

    /** @param toEventSeq inclusive */
    public EventExport(final Writer out, final long fromEventSeq, final long toEventSeq) {
        this.out = out;
        this.fromEventSeq = fromEventSeq;
        this.toEventSeq = toEventSeq;
        for (final Object decoder : DECODERS) {
            final Method[] getters = COLUMNS.stream().map(column -> getter(decoder.getClass(), column)).toArray(Method[]::new);
            final String simple = decoder.getClass().getSimpleName();
            final Method wrap = getter(decoder.getClass(), "wrap", DirectBuffer.class, int.class, int.class, int.class);
            kinds.put((Integer) call(decoder, getter(decoder.getClass(), "sbeTemplateId")),
                new Kind(simple.substring(0, simple.length() - "Decoder".length()), decoder, wrap, getters));
        }
    }

    private static Method getter(final Class<?> type, final String name, final Class<?>... parameters) {
        try {
            return type.getMethod(name, parameters);
        } catch (final NoSuchMethodException absent) {
            return null;
        }
    }

    /**
     * Writes every event that is recorded in a member's data directory.
     *
     * @return how many
     * @throws DamageException at the first event that cannot be read
     */
    public long run(final Path logDirectory) throws IOException {
        out.write("event_seq,time_ns,log_position,type");
        for (final String column : COLUMNS) {
            out.write(',' + column.replaceAll("([A-Z])", "_$1").toLowerCase(Locale.ROOT));
        }
        out.write('\n');
        final Path archive = logDirectory.resolve("archive");
        for (final Recording recording : RecordingCatalog.events(archive)) {
            try (RecordingReader reader = new RecordingReader(archive, recording, recording.startPosition())) {
                reader.read(recording.knownEnd(), (buffer, offset, length, start, end) -> onFragment(buffer, offset));
                checkEnd(reader, logDirectory, archive, recording);
            }
        }
        out.flush();
        return count;
    }

    /** An end is one when nothing whole lies behind it, and no snapshot was taken behind it. Until then everything that was read is written. */
    private void checkEnd(final RecordingReader reader, final Path logDirectory, final Path archive, final Recording recording) throws IOException {
        final boolean isOpen = recording.knownEnd() == Long.MAX_VALUE;
        final long end = reader.framePosition();
        final long next = isOpen ? reader.nextSound() : -1;
        final long expected = isOpen ? new RecordedLog(logDirectory).eventsUpTo(recording.recordingId()) : 0;
        if (!isOpen || next >= 0 || end < expected) {
            out.flush();
            if (!isOpen || reader.damage() != null) {
                reader.check();
            } else {
                final long base = recording.segmentBase(end);
                throw new DamageException(recording.segmentFile(archive, base), end - base, "has no more events, but there were some up to position "
                    + Math.max(next, expected));
            }
        }
    }

    private void onFragment(final DirectBuffer buffer, final int offset) {
        final EventBatchDecoder batch = new EventBatchDecoder().wrap(buffer, offset + HEADER_LENGTH, EventBatchDecoder.BLOCK_LENGTH,
            EventBatchDecoder.SCHEMA_VERSION);
        int at = offset + HEADER_LENGTH + (buffer.getShort(offset, ByteOrder.LITTLE_ENDIAN) & 0xFFFF);
        long eventSeq = batch.firstEventSeq();
        for (int i = 0, events = batch.count(); i < events; i++, eventSeq++) {
            final int blockLength = buffer.getShort(at, ByteOrder.LITTLE_ENDIAN) & 0xFFFF;
            final int templateId = buffer.getShort(at + 2, ByteOrder.LITTLE_ENDIAN) & 0xFFFF;
            if (eventSeq >= fromEventSeq && eventSeq <= toEventSeq) {
                line(eventSeq, batch.timeNs(), batch.logPosition(), buffer, at, templateId, blockLength);
            }
            at += HEADER_LENGTH + blockLength;
        }
    }

    private void line(final long eventSeq, final long timeNs, final long logPosition, final DirectBuffer buffer, final int at, final int templateId,
                      final int blockLength) {
        final StringBuilder line = new StringBuilder(256).append(eventSeq).append(',').append(timeNs).append(',').append(logPosition).append(',');
        final Kind kind = kinds.get(templateId);
        if (kind == null) {
            line.append("template-").append(templateId).append(",".repeat(COLUMNS.size()));
        } else {
            call(kind.decoder, kind.wrap, buffer, at + HEADER_LENGTH, blockLength, buffer.getShort(at + 6, ByteOrder.LITTLE_ENDIAN) & 0xFFFF);
            line.append(kind.name);
            for (final Method getter : kind.getters) {
                line.append(',');
                if (getter != null) {
                    line.append(text(kind.decoder, getter));
                }
            }
        }
        try {
            out.write(line.append('\n').toString());
            count++;
        } catch (final IOException e) {
            throw new UncheckedIOException("cannot be written: " + e.getMessage(), e);
        }
    }

    /** No field holds a comma or a quote: numbers, names of enumerations, symbols of letters and digits. */
    private static String text(final Object decoder, final Method getter) {
        return String.valueOf(call(decoder, getter)).replace("\0", "").replace(',', ' ');
    }

    /** A number that is not of its enumeration reads as "?": a later release wrote it. */
    private static Object call(final Object decoder, final Method method, final Object... arguments) {
        try {
            return method.invoke(decoder, arguments);
        } catch (final IllegalAccessException e) {
            throw new IllegalStateException(method + " is not public", e);
        } catch (final InvocationTargetException unknownNumber) {
            return "?";
        }
    }
}
