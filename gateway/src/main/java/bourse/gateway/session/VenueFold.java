package bourse.gateway.session;

import bourse.reference.v1.Instrument;
import bourse.sbe.engine.InstrumentChangedDecoder;
import bourse.sbe.engine.InstrumentDefinedDecoder;
import bourse.sbe.engine.MessageHeaderDecoder;
import bourse.sbe.engine.SessionClosedDecoder;
import bourse.sbe.engine.SessionEstablishedDecoder;
import bourse.sbe.engine.TradingStateChangedDecoder;
import bourse.sbe.fold.RecordReader;
import bourse.sbe.fold.RecordWriter;
import com.google.protobuf.InvalidProtocolBufferException;
import org.agrona.DirectBuffer;

/**
 * What a gateway knows of the venue, folded from the event stream: made by a running gateway's agent, or beside it to be saved, so that the next
 * gateway starts from there. Cold but for the agent, which goes on with what is in it. Thread: one at a time.
 */
public final class VenueFold {
    private static final int VERSION = 1;
    private static final long HEAD = 1;
    private static final long INSTRUMENT = 2;
    private static final long ACCOUNT = 3;
    private static final long POSITION = 4;
    private static final long SESSION = 5;
    private static final long INDEX = 6;
    private static final long ORDER = 7;
    private static final long END = 8;

    private final VenueState venue;
    private final SessionEstablishedDecoder established = new SessionEstablishedDecoder();
    private final SessionClosedDecoder closed = new SessionClosedDecoder();
    private final Folding folding = new Folding();
    private final RecordReader reader = new RecordReader();
    private AccountState restoring;
    private long lastEventSeq;
    private boolean isRestored;

    /** Empty: the venue before its first event. */
    public VenueFold(final int shard) {
        venue = new VenueState(shard);
    }

    VenueState venue() {
        return venue;
    }

    /** Number of the engine cluster that it is of. */
    public int shard() {
        return venue.shard();
    }

    /** Last event that is in it, 0 = none. */
    public long lastEventSeq() {
        return lastEventSeq;
    }

    /** Folds one fragment of the event stream; they come in order. */
    public void onEvents(final DirectBuffer buffer, final int offset, final int length) {
        EventWalk.walk(buffer, offset, length, folding);
        lastEventSeq = EventWalk.lastEventSeq(buffer, offset + MessageHeaderDecoder.ENCODED_LENGTH);
    }

    /** The state changes of {@link EventRouter}, without anybody to tell. */
    private final class Folding implements EventWalk.Visitor {
        @Override
        public void onAccountEvent(final int templateId, final DirectBuffer buffer, final int at, final boolean maker, final int accountId,
                                   final long accountSeq, final long sessionId, final long clientSeq, final long eventSeq, final long timeNs) {
            final AccountState account = venue.account(accountId);
            account.onEvent(accountSeq, eventSeq);
            venue.apply(templateId, buffer, at, maker, account);
            if (sessionId != 0) {
                account.session(sessionId).applied(clientSeq);
            }
        }

        @Override
        public void onOtherEvent(final int templateId, final DirectBuffer buffer, final int at, final long eventSeq, final long timeNs) {
            switch (templateId) {
                case SessionEstablishedDecoder.TEMPLATE_ID -> {
                    established.wrap(buffer, at, SessionEstablishedDecoder.BLOCK_LENGTH, SessionEstablishedDecoder.SCHEMA_VERSION);
                    venue.account((int) established.account()).session(established.sessionId()).onEstablished(established);
                }
                case SessionClosedDecoder.TEMPLATE_ID -> {
                    closed.wrap(buffer, at, SessionClosedDecoder.BLOCK_LENGTH, SessionClosedDecoder.SCHEMA_VERSION);
                    venue.account((int) closed.account()).session(closed.sessionId()).onClosed(closed);
                }
                case InstrumentDefinedDecoder.TEMPLATE_ID, InstrumentChangedDecoder.TEMPLATE_ID -> venue.applyInstrument(buffer, at);
                case TradingStateChangedDecoder.TEMPLATE_ID -> venue.applyTradingState(buffer, at);
                default -> {
                    // changes nothing that lasts
                }
            }
        }
    }

    /** Writes everything; what it holds afterwards is the same. */
    public void write(final RecordWriter.Sink sink) {
        final RecordWriter writer = new RecordWriter(sink);
        writer.begin(HEAD).put(VERSION).put(lastEventSeq);
        for (final Instrument instrument : venue.instruments()) {
            writer.begin(INSTRUMENT).put(instrument.toByteArray());
        }
        venue.forEachAccount(account -> write(account, writer));
        writer.begin(END);
        writer.flush();
    }

    private void write(final AccountState account, final RecordWriter writer) {
        writer.begin(ACCOUNT).put(account.account).put(account.lastAccountSeq);
        account.positions.forEach((instrumentId, position) -> writer.begin(POSITION).put(instrumentId).put(position.bought).put(position.sold));
        account.forEachSession(session -> writer.begin(SESSION).put(session.sessionId).put(session.epoch).put(session.appliedClientSeq)
            .put(session.open).put(session.gatewayId));
        account.index.forEach((accountSeq, eventSeq) -> writer.begin(INDEX).put(accountSeq).put(eventSeq));
        venue.orders().forEachAbove(account, 0, slot -> {
            writer.begin(ORDER);
            venue.orders().write(slot, writer);
            return true;
        });
    }

    /** Before the first {@link #restore}: so many bytes will come. */
    public void expect(final long bytes) {
        venue.orders().expect(bytes / LiveOrders.savedBytes());
    }

    /** Takes back one chunk of {@link #write}; they come in order, into an empty fold. */
    public void restore(final DirectBuffer buffer, final int offset, final int length) {
        reader.wrap(buffer, offset, length);
        while (reader.hasNext()) {
            final long kind = reader.next();
            switch ((int) kind) {
                case (int) HEAD -> head(reader.next(), reader.next());
                case (int) INSTRUMENT -> venue.restore(instrument(reader.nextBytes()));
                case (int) ACCOUNT -> {
                    restoring = venue.account(reader.nextInt());
                    restoring.lastAccountSeq = reader.next();
                }
                case (int) POSITION -> {
                    final AccountState.Position position = restoring.position(reader.nextInt());
                    position.bought = reader.next();
                    position.sold = reader.next();
                }
                case (int) SESSION -> restoring.session(reader.next())
                    .restore(reader.nextInt(), reader.next(), reader.nextBoolean(), reader.next());
                case (int) INDEX -> restoring.index.restore(reader.next(), reader.next());
                case (int) ORDER -> venue.orders().restore(restoring, reader);
                case (int) END -> isRestored = true;
                default -> throw new IllegalStateException("record kind: " + kind + " (expected: 1.." + END + ")");
            }
        }
    }

    private void head(final long version, final long eventSeq) {
        if (version != VERSION) {
            throw new IllegalStateException("version of the gateway's fold: " + version + " (expected: " + VERSION + ")");
        }
        lastEventSeq = eventSeq;
    }

    /** Every chunk was taken back. */
    public boolean isRestored() {
        return isRestored;
    }

    private static Instrument instrument(final byte[] bytes) {
        try {
            return Instrument.parseFrom(bytes);
        } catch (final InvalidProtocolBufferException e) {
            throw new IllegalStateException("instrument of the gateway's fold cannot be read", e);
        }
    }
}
