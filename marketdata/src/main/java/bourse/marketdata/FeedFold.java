package bourse.marketdata;

import bourse.marketdata.analytics.VenueSessions;
import bourse.marketdata.publisher.EventTranslator;
import bourse.marketdata.publisher.FeedMessageHandler;
import bourse.marketdata.receiver.BookImage;
import bourse.marketdata.receiver.MarketBooks;
import bourse.marketdata.receiver.OrderBook;
import bourse.sbe.fold.RecordReader;
import bourse.sbe.fold.RecordWriter;
import bourse.sbe.feed.FeedMessageLayout;
import org.agrona.DirectBuffer;

/**
 * What market data knows of the past: books, sessions, and where the feed has come to; folded by a running process, or beside it to be saved, so that
 * the next process starts from there. Cold but for the agent, which goes on with what is in it. Thread: one at a time.
 */
public final class FeedFold implements FeedMessageHandler {
    private static final int VERSION = 1;
    private static final long HEAD = BookImage.LAST_KIND + 1;
    private static final long INDEX = HEAD + 1;
    private static final long SESSION = HEAD + 2;
    private static final long END = HEAD + 3;

    private final VenueSessions sessions = new VenueSessions();
    private final MarketBooks books = new MarketBooks(sessions);
    private final FeedSeqIndex index = new FeedSeqIndex();
    private final EventTranslator translator = new EventTranslator(this);
    private final RecordReader reader = new RecordReader();
    private OrderBook restoring;
    private boolean isRestored;
    private long lastFeedSeq;
    private long lastFeedEventSeq;

    /** Folds one fragment of the event stream; they come in order, and {@link #write} only behind whole log entries. */
    public void onEvents(final DirectBuffer buffer, final int offset, final int length) {
        translator.onEvents(buffer, offset, length);
    }

    @Override
    public void onMessage(final long feedSeq, final int templateId, final DirectBuffer buffer, final int offset, final int length) {
        lastFeedSeq = feedSeq;
        lastFeedEventSeq = FeedMessageLayout.eventSeq(buffer, offset);
        index.add(feedSeq, lastFeedEventSeq);
        books.apply(feedSeq, buffer, offset);
    }

    VenueSessions sessions() {
        return sessions;
    }

    MarketBooks books() {
        return books;
    }

    FeedSeqIndex index() {
        return index;
    }

    long lastFeedSeq() {
        return lastFeedSeq;
    }

    long lastFeedEventSeq() {
        return lastFeedEventSeq;
    }

    /** The venue's epoch, last event and its time, to go on with. */
    void handOver(final EventTranslator next) {
        next.restore(translator.epoch(), translator.lastEventSeq(), translator.lastTimeNs());
    }

    /** Writes everything; what it holds afterwards is the same. */
    public void write(final RecordWriter.Sink sink) {
        translator.flush();
        final RecordWriter writer = new RecordWriter(sink);
        writer.begin(HEAD).put(VERSION).put(lastFeedSeq).put(lastFeedEventSeq).put(translator.epoch()).put(translator.lastEventSeq())
            .put(translator.lastTimeNs()).put(sessions.trades());
        for (final OrderBook book : books.all()) {
            BookImage.write(book, writer);
        }
        index.write(INDEX, writer);
        sessions.write(SESSION, writer);
        writer.begin(END);
        writer.flush();
    }

    /** Takes back one chunk of {@link #write}; they come in order, into an empty fold. */
    public void restore(final DirectBuffer buffer, final int offset, final int length) {
        reader.wrap(buffer, offset, length);
        while (reader.hasNext()) {
            final long kind = reader.next();
            if (kind <= BookImage.LAST_KIND) {
                restoring = BookImage.restore(kind, reader, books, restoring);
            } else if (kind == HEAD) {
                head();
            } else if (kind == INDEX) {
                index.restore(reader);
            } else if (kind == SESSION) {
                sessions.restore(reader);
            } else if (kind == END) {
                isRestored = true;
            } else {
                throw new IllegalStateException("record kind: " + kind + " (expected: 1.." + END + ")");
            }
        }
    }

    private void head() {
        final long version = reader.next();
        if (version != VERSION) {
            throw new IllegalStateException("version of the feed's fold: " + version + " (expected: " + VERSION + ")");
        }
        lastFeedSeq = reader.next();
        lastFeedEventSeq = reader.next();
        translator.restore((int) reader.next(), reader.next(), reader.next());
        sessions.restoreTrades(reader.next());
    }

    /** Every chunk was taken back. */
    public boolean isRestored() {
        return isRestored;
    }
}
