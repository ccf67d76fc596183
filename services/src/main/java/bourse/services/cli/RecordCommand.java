package bourse.services.cli;

import bourse.marketdata.receiver.FeedAddresses;
import bourse.marketdata.record.FeedRecorder;
import bourse.services.client.VenueEndpoints;
import bourse.services.config.DurationText;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;

/** {@code bourse record}: the multicast feed into a file. */
@Command(name = "record",
    header = "Record the multicast feed to a pcap-ng file.",
    description = {
        "Writes every packet of both lines and of the snapshot channel until Ctrl-C, until --for is over, or until the venue ends its session. Wireshark",
        "and tshark read the file (one interface a line, times in nanoseconds); `bourse book --from` shows the books at its end and says what it lacks.",
        "",
        "  bourse record feed.pcapng",
        "  bourse record feed.pcapng --for 30s",
        "  bourse book --from feed.pcapng --instrument DEMO",
        ""})
public final class RecordCommand implements Callable<Integer> {
    private static final long IDLE_NS = 100_000;

    @Mixin
    private final VenueOptions venue = new VenueOptions();
    @Mixin
    private JsonOutput json;
    @Parameters(paramLabel = "FILE", description = "File to make; an existing one is not overwritten.")
    private Path file;
    @Option(names = "--for", paramLabel = "TIME", description = "How long, such as 30s or 5m (default: until Ctrl-C).")
    private String duration;

    @Override
    public Integer call() throws IOException {
        final VenueEndpoints.Multicast multicast = MulticastBook.requireMulticast(venue);
        final long lastNs = duration == null ? Long.MAX_VALUE : DurationText.parse(duration).toNanos();
        final FeedAddresses addresses = MulticastBook.addresses(multicast);
        final FeedRecorder recorder;
        try {
            recorder = FeedRecorder.open(addresses, file);
        } catch (final FileAlreadyExistsException e) {
            throw new CommandFailure(file + ": exists already (expected: a new file)", e);
        }
        final StopSignal stop = StopSignal.install();
        final long startNs = System.nanoTime();
        try {
            json.human().println("recording " + multicast.lineA() + ", " + multicast.lineB() + " and " + multicast.snapshots() + " to " + file);
            json.human().flush();
            while (!stop.isRaised() && !recorder.isEnded() && System.nanoTime() - startNs < lastNs) {
                if (recorder.doWork() == 0) {
                    LockSupport.parkNanos(IDLE_NS);
                }
            }
        } finally {
            recorder.onClose();
        }
        json.human().println((recorder.isEnded() ? "the venue ended its session: " : "") + recorder.packets() + " packets, " + recorder.bytes() + " bytes");
        final Map<String, Object> result = new LinkedHashMap<>();
        result.put("file", file.toString());
        result.put("packets", recorder.packets());
        result.put("bytes", recorder.bytes());
        result.put("endOfSession", recorder.isEnded());
        json.write(result);
        return 0;
    }
}
