package bourse.bench.rung;

import bourse.bench.rung.RungResult.TopMethods;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** CPU, allocation and lock profile of each process while a rung is saturated. Cold. Thread: the rig's. */
final class RungProfiles {
    private static final int TOP = 12;
    private static final List<String> EVENTS = List.of("cpu", "alloc", "lock");

    private final Rung rung;
    private final Path folder;

    /** @param folder null = nothing is profiled */
    RungProfiles(final Rung rung, final String folder) {
        this.rung = rung;
        this.folder = folder == null ? null : Path.of(folder).toAbsolutePath();
    }

    /** Saturates the rung once more for each kind of profile. @return the most expensive methods of each process and event */
    List<TopMethods> run(final long ms) throws InterruptedException {
        final List<TopMethods> all = new ArrayList<>();
        if (folder == null) {
            return all;
        }
        for (final String event : EVENTS) {
            execute("start,event=" + ("alloc".equals(event) ? "alloc,alloc=64k" : "lock".equals(event) ? "lock,lock=1us" : "cpu,interval=1ms"), event,
                    "");
            rung.load().saturate(System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(ms));
            execute("dump,collapsed", event, "collapsed");
            execute("stop,flamegraph,title=" + rung.name() + " " + event, event, "html");
            collect(all, "rig", event);
            for (final NodeProcess node : rung.nodes()) {
                collect(all, node.role(), event);
            }
        }
        return all;
    }

    private void execute(final String command, final String event, final String extension) {
        final String fault = Profiler.execute(command + file("rig", event, extension));
        if (fault != null) {
            throw new IllegalStateException("no profile: " + fault);
        }
        rung.nodes().forEach(node -> node.profile(command + file(node.role(), event, extension)));
    }

    private String file(final String process, final String event, final String extension) {
        return extension.isEmpty() ? "" : ",file=" + path(process, event, extension);
    }

    private Path path(final String process, final String event, final String extension) {
        return folder.resolve(rung.name() + "." + process + "." + event + "." + extension);
    }

    private void collect(final List<TopMethods> all, final String process, final String event) {
        try {
            final List<String> methods = top(path(process, event, "collapsed"));
            if (!methods.isEmpty()) {
                all.add(new TopMethods(process, event, path(process, event, "html").getFileName().toString(), methods));
            }
            Files.deleteIfExists(path(process, event, "collapsed"));
        } catch (final IOException e) {
            throw new UncheckedIOException("profile of " + process, e);
        }
    }

    /** Methods at the end of the stacks, by samples. */
    private static List<String> top(final Path collapsed) throws IOException {
        final Map<String, Long> self = new HashMap<>();
        long total = 0;
        for (final String line : Files.readAllLines(collapsed)) {
            final int blank = line.lastIndexOf(' ');
            final long samples = Long.parseLong(line.substring(blank + 1));
            final String leaf = line.substring(line.lastIndexOf(';', blank) + 1, blank);
            self.merge(leaf.replaceAll("_\\[[0-9a-z]]$", ""), samples, Long::sum);
            total += samples;
        }
        final double all = Math.max(1, total);
        return self.entrySet().stream().sorted(Map.Entry.<String, Long>comparingByValue().reversed()).limit(TOP)
                .map(entry -> String.format(Locale.ROOT, "%4.1f%% %s", 100 * entry.getValue() / all, entry.getKey())).toList();
    }
}
