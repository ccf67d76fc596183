package bourse.bench.grpc;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Probes of all processes of a venue, summed. Blocking; not for timed loops. */
final class ProcessProbes implements AutoCloseable {
    private final List<ProcessProbe> probes = new ArrayList<>();

    static ProcessProbes of(final List<ProcessHandle> processes) throws IOException {
        final var all = new ProcessProbes();
        for (final ProcessHandle process : processes) {
            all.probes.add(ProcessProbe.of(process));
        }
        return all;
    }

    ProcessProbe.Usage now() {
        ProcessProbe.Usage sum = new ProcessProbe.Usage(0, 0, 0);
        for (final ProcessProbe probe : probes) {
            sum = sum.plus(probe.now());
        }
        return sum;
    }

    @Override
    public void close() {
        probes.forEach(ProcessProbe::close);
    }
}
