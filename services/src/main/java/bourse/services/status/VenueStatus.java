package bourse.services.status;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A whole venue, put together from what its processes say: what it is made of, what it does, and what somebody should look at. The marks are those of the
 * alerts in deploy/kubernetes/components/monitoring.
 */
public final class VenueStatus {
    /** It trades, and there is nothing to look at. */
    public static final int WELL = 0;
    /** Nobody can trade, or no process answers. */
    public static final int AWAY = 1;
    /** It trades, but something should be looked at. */
    public static final int LOOK = 3;

    private static final long BEHIND_BYTES = 64L << 20;
    private static final int LOW_DISK_RESERVES = 8;
    private static final double FULL_BOOK = 0.9;
    private static final long CERTIFICATE_DAYS = 7;

    private final List<ProcessStatus> processes;
    private final long diskReserveBytes;
    private final long nowMillis;
    private final List<String> attention = new ArrayList<>();

    /** @param diskReserveBytes {@code engine.diskReserve} */
    public VenueStatus(final List<ProcessStatus> processes, final long diskReserveBytes, final long nowMillis) {
        this.processes = List.copyOf(processes);
        this.diskReserveBytes = diskReserveBytes;
        this.nowMillis = nowMillis;
        judgeProcesses();
        judgeEngines();
        judgeGateways();
        judgeFeeds();
    }

    private Stream<ProcessStatus> with(final String part) {
        return processes.stream().filter(process -> process.has(part));
    }

    private void judgeProcesses() {
        for (final ProcessStatus process : processes) {
            if (!process.isReachable()) {
                attention.add(process.at() + ": " + process.problem());
            } else if (process.health().containsKey("failure")) {
                attention.add(process.at() + " has failed: " + process.health().get("failure"));
            } else if (process.is("draining")) {
                attention.add(process.at() + " drains");
            } else if (!process.is("ready")) {
                attention.add(process.at() + " is not ready: " + String.join(", ", process.notReady()));
            }
        }
        for (final String part : ProcessStatus.PARTS) {
            if (with(part).findAny().isEmpty()) {
                attention.add("no process with the part " + part + " answers");
            }
        }
        final var versions = new TreeSet<String>();
        processes.stream().map(ProcessStatus::version).filter(version -> version != null).forEach(versions::add);
        if (versions.size() > 1) {
            attention.add("different releases run: " + String.join(", ", versions));
        }
    }

    private void judgeEngines() {
        if (with("engine").findAny().isPresent() && !serves()) {
            attention.add("no member leads: orders are not accepted");
        }
        with("engine").collect(Collectors.groupingBy(ProcessStatus::shard, TreeMap::new, Collectors.toList())).values().forEach(this::judgeEngines);
    }

    /** Members of one shard. */
    private void judgeEngines(final List<ProcessStatus> members) {
        final long leaders = members.stream().filter(engine -> engine.count("bourse_engine_leader") == 1).count();
        look(leaders > 1, leaders + " members say that they lead");
        final long furthest = members.stream().mapToLong(engine -> engine.count("bourse_engine_log_position_bytes_total")).max().orElse(0);
        members.forEach(engine -> {
            final String at = engine.at();
            final long behind = furthest - engine.count("bourse_engine_log_position_bytes_total");
            look(behind > BEHIND_BYTES, at + " is " + bytes(behind) + " of log behind the furthest member");
            look(engine.count("bourse_engine_log_errors_total") > 0, at + ": " + engine.count("bourse_engine_log_errors_total") + " errors of the log since its start; its log says which");
            look(engine.count("bourse_engine_snapshots_failed_total") > 0, at + ": " + engine.count("bourse_engine_snapshots_failed_total") + " snapshots came to nothing");
            final double free = engine.value("bourse_engine_disk_free_bytes").orElse(Double.MAX_VALUE);
            // The reserve that is given back makes room at once: what is free then does not tell that new orders are refused.
            if (engine.value(StatusFigure.DISK_FULL.metric()).orElse(free < diskReserveBytes ? 1 : 0) == 1) {
                attention.add(at + ": disk full, " + bytes((long) free) + " free: new orders are refused");
            } else {
                look(free < (double) LOW_DISK_RESERVES * diskReserveBytes, at + ": disk low, " + bytes((long) free) + " free");
            }
            final double used = engine.value("bourse_engine_pool_utilization").orElse(0);
            look(used > FULL_BOOK, String.format(Locale.ROOT, "%s: %.0f%% of the order slots are in use (engine.maxOrders)", at, used * 100));
        });
    }

    private void judgeGateways() {
        with("gateway").forEach(gateway -> {
            look(gateway.value("bourse_gateway_events_live").orElse(1) == 0, gateway.at() + " reads the recording, not live events: its clients are late");
            look(gateway.value("bourse_gateway_audit_failed").orElse(0) > 0 || gateway.count("bourse_gateway_audit_lost_total") > 0,
                gateway.at() + ": the audit log is not whole: " + gateway.health().get("audit"));
            gateway.value("bourse_gateway_certificate_not_after_seconds").ifPresent(end -> {
                final long days = ((long) (end * 1e3) - nowMillis) / 86_400_000L;
                look(days < CERTIFICATE_DAYS, gateway.at() + ": its certificate ends in " + days + " days");
            });
        });
    }

    private void judgeFeeds() {
        with("marketdata").forEach(feed -> {
            look(feed.value("bourse_marketdata_live").orElse(1) == 0, feed.at() + " reads the recording, not live events: the feed is late");
            look(feed.count("bourse_marketdata_shared_groups") > 0, feed.at() + ": another venue sends on the same multicast groups");
            look(feed.count("bourse_marketdata_packets_dropped_total") > 0,
                feed.at() + ": " + feed.count("bourse_marketdata_packets_dropped_total") + " packets were not taken by the operating system");
        });
    }

    private void look(final boolean isSo, final String what) {
        if (isSo) {
            attention.add(what);
        }
    }

    /** A member leads, or follows one that may not have been asked: its health says that it is in a quorum. */
    private boolean serves() {
        return with("engine").anyMatch(engine -> engine.is("engine"));
    }

    /** An order would be accepted: an engine serves, and a gateway is ready, for some shard where it has several. */
    public boolean trades() {
        return serves() && with("gateway").anyMatch(gateway -> gateway.is("ready") || gateway.servesSomeShard());
    }

    /** Every process answers and is ready. */
    public boolean isReady() {
        return trades() && processes.stream().allMatch(process -> process.is("ready"));
    }

    public boolean isWarm() {
        return processes.stream().filter(ProcessStatus::isReachable).allMatch(process -> process.is("warm"));
    }

    /** What somebody should look at, a sentence each. */
    public List<String> attention() {
        return List.copyOf(attention);
    }

    /** {@link #WELL}, {@link #AWAY} or {@link #LOOK}. */
    public int exitStatus() {
        return !trades() ? AWAY : attention.isEmpty() ? WELL : LOOK;
    }

    /** For programs. */
    public Map<String, Object> tree() {
        final Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("trades", trades());
        tree.put("ready", isReady());
        tree.put("warm", isWarm());
        tree.put("attention", attention);
        final List<Object> all = new ArrayList<>();
        processes.forEach(process -> all.add(tree(process)));
        tree.put("processes", all);
        return tree;
    }

    private static Map<String, Object> tree(final ProcessStatus process) {
        final Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("at", process.url());
        if (!process.isReachable()) {
            tree.put("problem", process.problem());
            return tree;
        }
        tree.put("parts", ProcessStatus.PARTS.stream().filter(process::has).toList());
        tree.put("version", process.version());
        tree.put("uptimeSeconds", process.value("process_uptime_seconds").orElse(0));
        tree.put("health", process.health());
        final Map<String, Double> figures = new LinkedHashMap<>();
        for (final StatusFigure figure : StatusFigure.values()) {
            process.value(figure.metric()).ifPresent(value -> figures.put(figure.jsonName(), value));
        }
        tree.put("figures", figures);
        return tree;
    }

    /** For people, line by line. */
    public List<String> text() {
        return new StatusText(processes, diskReserveBytes).lines(this);
    }

    /** {@code 12.3 GiB}. */
    static String bytes(final long bytes) {
        final String[] units = {"B", "KiB", "MiB", "GiB", "TiB"};
        double value = bytes;
        int unit = 0;
        while (Math.abs(value) >= 1024 && unit < units.length - 1) {
            value /= 1024;
            unit++;
        }
        return String.format(Locale.ROOT, unit == 0 ? "%.0f %s" : "%.1f %s", value, units[unit]);
    }
}
