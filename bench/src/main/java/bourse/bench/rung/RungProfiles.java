package bourse.bench.rung;

import bourse.bench.rung.RungResult.TopMethods;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** CPU, allocation and lock profile of each process while a rung is saturated. Cold. Thread: the rig's. */
final class RungProfiles {
    static final List<String> EVENTS = List.of("cpu", "alloc", "lock");
    private static final int TOP = 12;

    private final String rung;
    private final boolean isRigProfiled;
    private final List<NodeProcess> nodes;
    private final Path folder;

    /** Keeps a rung busy while it is profiled. */
    @FunctionalInterface
    interface Busy {
        void during(String event) throws IOException, InterruptedException;
    }

    /** @param folder null = nothing is profiled */
    RungProfiles(final String rung, final boolean isRigProfiled, final List<NodeProcess> nodes, final String folder) {
        this.rung = rung;
        this.isRigProfiled = isRigProfiled;
        this.nodes = nodes;
        this.folder = folder == null ? null : Path.of(folder).toAbsolutePath();
    }

    /** Once for each kind of profile. @return the most expensive methods of each process and event */
    List<TopMethods> run(final Busy busy) throws IOException, InterruptedException {
        final List<TopMethods> all = new ArrayList<>();
        if (folder == null) {
            return all;
        }
        Files.createDirectories(folder);
        for (final String event : EVENTS) {
            execute("start,event=" + ("alloc".equals(event) ? "alloc,alloc=64k" : "lock".equals(event) ? "lock,lock=1us" : "cpu,interval=1ms"), event,
                    "");
            busy.during(event);
            execute("dump,collapsed", event, "collapsed");
            execute("stop,flamegraph,title=" + rung + " " + event, event, "html");
            if (isRigProfiled) {
                all.addAll(collected("rig", event));
            }
            for (final NodeProcess node : nodes) {
                all.addAll(collected(node.role(), event));
            }
        }
        return all;
    }

    private void execute(final String command, final String event, final String extension) {
        if (isRigProfiled) {
            final String fault = Profiler.execute(command + file("rig", event, extension));
            if (fault != null) {
                throw new IllegalStateException("no profile: " + fault);
            }
        }
        nodes.forEach(node -> node.profile(command + file(node.role(), event, extension)));
    }

    private String file(final String process, final String event, final String extension) {
        return extension.isEmpty() ? "" : ",file=" + path(process, event, extension);
    }

    private Path path(final String process, final String event, final String extension) {
        return folder.resolve(rung + "." + process + "." + event + "." + extension);
    }

    /** Where the stacks of a profile go, for one that another program takes. */
    Path collapsed(final String process, final String event) {
        return path(process, event, "collapsed");
    }

    /** The stacks are read and deleted. @return one, or none when there are no samples */
    List<TopMethods> collected(final String process, final String event) throws IOException {
        if (folder == null) {
            return List.of();
        }
        final List<String> stacks = Files.readAllLines(collapsed(process, event));
        Files.delete(collapsed(process, event));
        return stacks.isEmpty() ? List.of() : List.of(new TopMethods(process, event, top(stacks), FlameTree.of(stacks)));
    }

    /** Methods at the end of the stacks, by samples. */
    private static List<String> top(final List<String> stacks) {
        final Map<String, Long> self = new HashMap<>();
        long total = 0;
        for (final String line : stacks) {
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
