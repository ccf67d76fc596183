package bourse.services.status;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** A venue's status in lines for people: the sentence that matters first, then each part, then what to look at. */
final class StatusText {
    private static final Set<String> SAID_ELSEWHERE = Set.of("ready", "warm", "draining", "failure", "engine", "gateway", "marketdata", "instruments", "tokenKeys", "audit");

    private final List<ProcessStatus> processes;
    private final long diskReserveBytes;
    private final List<String> lines = new ArrayList<>();

    StatusText(final List<ProcessStatus> processes, final long diskReserveBytes) {
        this.processes = processes;
        this.diskReserveBytes = diskReserveBytes;
    }

    List<String> lines(final VenueStatus venue) {
        line("%s%s", !venue.trades() ? "The venue does not trade" : venue.isReady() ? "The venue trades" : "The venue trades, but not all of it is ready",
            venue.trades() && !venue.isWarm() ? "; its compiled code is not warm yet." : ".");
        for (final ProcessStatus process : processes) {
            process(process);
        }
        for (final ProcessStatus process : processes) {
            if (process.has("engine")) {
                engine(process);
            }
        }
        for (final ProcessStatus process : processes) {
            if (process.has("gateway")) {
                gateway(process);
            }
        }
        for (final ProcessStatus process : processes) {
            if (process.has("marketdata")) {
                feed(process);
            }
        }
        if (!venue.attention().isEmpty()) {
            line("Look at:");
            venue.attention().forEach(sentence -> line("  ! %s", sentence));
        }
        return lines;
    }

    private void line(final String format, final Object... values) {
        lines.add(String.format(Locale.ROOT, format, values));
    }

    private void process(final ProcessStatus process) {
        if (!process.isReachable()) {
            line("  %-22s %s", process.at(), process.problem());
            return;
        }
        line("  %-22s %s: %s%s, release %s, up %s, heap %s", process.at(), process.parts(), process.is("ready") ? "ready" : "NOT READY",
            process.is("warm") ? ", warm" : "", process.version(), duration((long) process.value("process_uptime_seconds").orElse(0)),
            VenueStatus.bytes(process.heapUsed()));
        for (final Map.Entry<String, Object> note : process.health().entrySet()) {
            if (!SAID_ELSEWHERE.contains(note.getKey())) {
                line("  %-22s %s: %s", "", note.getKey(), note.getValue());
            }
        }
    }

    private void engine(final ProcessStatus engine) {
        final long applied = engine.count(StatusFigure.APPLIED.metric());
        final long committed = Math.max(applied, engine.count(StatusFigure.COMMITTED.metric()));
        line("engine   %s %s", engine.at(), engine.count(StatusFigure.LEADER.metric()) == 1 ? "leads" : "follows");
        line("  log        applied to %,d, %s behind what is committed, %,d errors", applied, VenueStatus.bytes(committed - applied),
            engine.count(StatusFigure.LOG_ERRORS.metric()));
        line("  book       %,d orders on %,d levels, %.1f%% of the slots", engine.count(StatusFigure.ORDERS.metric()), engine.count(StatusFigure.LEVELS.metric()),
            100 * engine.value(StatusFigure.BOOK_USED.metric()).orElse(0));
        line("  snapshots  %,d since its start, %,d failed", engine.count(StatusFigure.SNAPSHOTS.metric()), engine.count(StatusFigure.SNAPSHOTS_FAILED.metric()));
        if (engine.value(StatusFigure.DISK_FREE.metric()).isPresent()) {
            line("  disk       %s free (new orders are refused below %s)", VenueStatus.bytes(engine.count(StatusFigure.DISK_FREE.metric())),
                VenueStatus.bytes(diskReserveBytes));
        } else {
            line("  disk       not watched (engine.diskReserve)");
        }
    }

    private void gateway(final ProcessStatus gateway) {
        line("gateway  %s", gateway.at());
        line("  sessions   %,d streams open, %,d established since its start, %,d cut off because they did not read", gateway.count(StatusFigure.STREAMS.metric()),
            gateway.count(StatusFigure.SESSIONS.metric()), gateway.count(StatusFigure.SLOW_READERS.metric()));
        line("  orders     %,d commands in, %,d batches not passed on, %,d credentials refused", gateway.count(StatusFigure.COMMANDS.metric()),
            gateway.count(StatusFigure.NOT_APPLIED.metric()), gateway.count(StatusFigure.TOKENS_REFUSED.metric()));
    }

    private void feed(final ProcessStatus feed) {
        line("feed     %s", feed.at());
        line("  messages   up to %,d in %,d packets, %,d not taken by the system, %,d times asked again", feed.count(StatusFigure.FEED_SEQ.metric()),
            feed.count(StatusFigure.PACKETS.metric()), feed.count(StatusFigure.PACKETS_DROPPED.metric()), feed.count(StatusFigure.ASKED_AGAIN.metric()));
        line("  readers    %,d gRPC subscriptions, %,d web pages", feed.count(StatusFigure.SUBSCRIBERS.metric()), feed.count(StatusFigure.PAGES.metric()));
    }

    private static String duration(final long seconds) {
        if (seconds < 60) {
            return seconds + " s";
        }
        return seconds < 3600 ? seconds / 60 + " min" : seconds < 86_400 ? seconds / 3600 + " h" : seconds / 86_400 + " days";
    }
}
