package bourse.services.cli;

import bourse.order.v1.DropCopyFrame;
import bourse.order.v1.DropCopySubscribeRequest;
import bourse.order.v1.Event;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

import java.util.Iterator;
import java.util.concurrent.Callable;

/** {@code bourse order watch}: drop copy for people. */
@Command(name = "watch", header = "Follow everything that happens to the account's orders.",
    description = {"Executions included, whoever caused them; ends with Ctrl-C or after --count events.", "",
        "  bourse order watch --account 1",
        "  bourse order watch --account 1 --from 1 --count 20", ""})
final class OrderWatchCommand implements Callable<Integer> {
    @Mixin
    private final VenueOptions venue = new VenueOptions();
    @Mixin
    private final ShardOption shard = new ShardOption();
    @Mixin
    private JsonOutput json;
    @Option(names = "--from", paramLabel = "SEQ", description = "First event of the account, 1 = from its beginning (default: from now on).")
    private long from;
    @Option(names = "--count", paramLabel = "N", description = "Ends after so many events.")
    private long count = Long.MAX_VALUE;

    @Override
    public Integer call() {
        try (venue) {
            final EventText text = new EventText(Instruments.of(venue.reference()));
            final Iterator<DropCopyFrame> frames = venue.dropCopy().subscribe(
                DropCopySubscribeRequest.newBuilder().setShard(shard.number()).setFromAccountSeq(from).build());
            long seen = 0;
            long last = 0;
            while (seen < count && frames.hasNext()) {
                final DropCopyFrame frame = frames.next();
                if (frame.hasSnapshotRequired()) {
                    json.human().println("events before " + frame.getSnapshotRequired().getFirstAvailableSeq() + " are no longer kept");
                }
                long seq = frame.getFirstAccountSeq();
                for (final Event event : frame.getEventsList()) {
                    if (seen++ < count) {
                        json.human().printf("%6d  %s%n", seq, text.of(event));
                        last = seq;
                    }
                    seq++;
                }
                json.human().flush();
            }
            json.write(java.util.Map.of("events", Math.min(seen, count), "lastAccountSeq", last));
            return 0;
        }
    }
}
