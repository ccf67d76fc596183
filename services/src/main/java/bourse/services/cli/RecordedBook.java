package bourse.services.cli;

import bourse.marketdata.receiver.BookChecksum;
import bourse.marketdata.receiver.OrderBook;
import bourse.marketdata.record.RecordedFeed;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The books at the end of a recorded feed, and what the recording lacks. */
final class RecordedBook {
    private static final int SHOWN_RANGES = 5;

    private final Path file;
    private final String name;
    private final int levels;

    /** @param name symbol or number; null = the only instrument, or a list of all */
    RecordedBook(final Path file, final String name, final int levels) {
        this.file = file;
        this.name = name;
        this.levels = levels;
    }

    /** @return the exit status: 1 when the book that was asked for cannot be told */
    int show(final JsonOutput json) throws IOException {
        if (!Files.isReadable(file)) {
            throw new CommandFailure("--from: " + file + ": no such file (expected: a recording of `bourse record`, or any pcap-ng capture of the feed)");
        }
        final RecordedFeed feed = RecordedFeed.read(file);
        if (feed.isEmpty()) {
            throw new CommandFailure("--from: " + file + ": no packet of the feed in it (" + feed.packets() + " UDP packets, " + feed.skipped()
                + " others)");
        }
        json.human().print(summary(feed));
        final List<OrderBook> shown = find(feed);
        int status = 0;
        final Map<String, Object> books = new LinkedHashMap<>();
        for (final OrderBook book : shown) {
            final String problem = feed.problem(book);
            final String symbol = ReceivedBook.instrument(book).getSymbol();
            if (problem == null) {
                json.human().print(BookText.of(ReceivedBook.instrument(book), ReceivedBook.snapshot(book, levels)));
                json.human().println("checksum " + hex(book) + " of " + book.orderCount() + " orders at message " + feed.lastSeq());
            } else {
                status = 1;
                json.human().println(symbol + ": the book is not shown: " + problem);
            }
            books.put(symbol, tree(book, problem));
        }
        json.write(report(feed, books));
        return status;
    }

    private List<OrderBook> find(final RecordedFeed feed) {
        final List<OrderBook> all = feed.books().all();
        if (name == null) {
            return all;
        }
        for (final OrderBook book : all) {
            if (book.facts().symbol().equalsIgnoreCase(name) || Integer.toString(book.instrumentId()).equals(name)) {
                return List.of(book);
            }
        }
        throw new CommandFailure("--instrument: " + name + " (expected: one of " + String.join(", ", all.stream()
            .map(book -> ReceivedBook.instrument(book).getSymbol()).toList()) + ", as far as this file tells)");
    }

    private String summary(final RecordedFeed feed) {
        final StringBuilder text = new StringBuilder(512);
        text.append(String.format(Locale.ROOT, "%s: %,d packets (line A %,d, line B %,d, others %,d), %s to %s%n", file.getFileName(), feed.packets(),
            feed.counters().packets(0), feed.counters().packets(1), feed.counters().packets(2), time(feed.firstTimeNs()), time(feed.lastTimeNs())));
        if (feed.venueStarts() > 1) {
            text.append("the venue was started anew ").append(feed.venueStarts() - 1).append(" times in it; this is its last life\n");
        }
        text.append(String.format(Locale.ROOT, "epoch %d, messages %d to %d: ", feed.epoch() & 0xFFFF_FFFFL, feed.firstSeq(), feed.lastSeq()));
        if (feed.missingMessages() == 0) {
            text.append("none is missing\n");
        } else {
            text.append(feed.missingMessages()).append(" are on neither line: ");
            feed.missing().stream().limit(SHOWN_RANGES).forEach(range -> text.append(range.from()).append("..").append(range.to()).append(' '));
            text.append(feed.missing().size() > SHOWN_RANGES ? "and " + (feed.missing().size() - SHOWN_RANGES) + " more places\n" : "\n");
        }
        text.append(feed.isTorn() ? "the file ends in the middle of a packet: the recorder was stopped, or the file cut off\n"
            : feed.isEnded() ? "it ends with the venue's end of session\n" : "it ends while the venue went on\n");
        text.append("checksums of the venue: ").append(feed.counters().checksumsVerified()).append(" equal, ")
            .append(feed.counters().checksumsFailed()).append(" different\n");
        return text.toString();
    }

    private static Map<String, Object> report(final RecordedFeed feed, final Map<String, Object> books) {
        final Map<String, Object> report = new LinkedHashMap<>();
        report.put("packets", feed.packets());
        report.put("epoch", feed.epoch() & 0xFFFF_FFFFL);
        report.put("firstFeedSeq", feed.firstSeq());
        report.put("lastFeedSeq", feed.lastSeq());
        report.put("missingMessages", feed.missingMessages());
        report.put("missing", feed.missing());
        report.put("torn", feed.isTorn());
        report.put("endOfSession", feed.isEnded());
        report.put("checksumsVerified", feed.counters().checksumsVerified());
        report.put("checksumsFailed", feed.counters().checksumsFailed());
        report.put("books", books);
        return report;
    }

    private Map<String, Object> tree(final OrderBook book, final String problem) {
        final Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("problem", problem);
        if (problem == null) {
            tree.put("checksum", hex(book));
            tree.put("orders", book.orderCount());
            tree.put("book", OrderSubmission.tree(ReceivedBook.snapshot(book, levels)));
        }
        return tree;
    }

    private static String hex(final OrderBook book) {
        return String.format(Locale.ROOT, "%016x", BookChecksum.of(book));
    }

    private static Instant time(final long epochNs) {
        return Instant.ofEpochSecond(0, epochNs);
    }
}
