package bourse.services.cli;

import bourse.admin.v1.ListSessionsRequest;
import bourse.admin.v1.Session;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;

/** {@code bourse admin sessions}. */
@Command(name = "sessions", header = "List the venue's sessions, and what this gateway knows of their streams.",
    description = {"By account, session and shard. STREAM: what the client gets now (live, or the past), NEXT its next event, QUEUED the frames that it has not taken, SILENT how long",
        "nothing came from it.", "", "  bourse admin sessions", "  bourse admin sessions --of 7", ""})
final class AdminSessionsCommand implements Callable<Integer> {
    @Mixin
    private final VenueOptions venue = new VenueOptions();
    @Mixin
    private JsonOutput json;
    @Option(names = "--of", paramLabel = "ACCOUNT", description = "Of this account only.")
    private int account;

    @Override
    public Integer call() {
        try (venue) {
            final List<Object> trees = new ArrayList<>();
            json.human().printf(Locale.ROOT, "%-10s %-12s %5s %6s %-6s %12s  %-10s %10s %7s %9s%n", "ACCOUNT", "SESSION", "SHARD", "EPOCH", "STATE", "APPLIED", "STREAM",
                "NEXT", "QUEUED", "SILENT");
            for (final Session session : venue.admin().listSessions(ListSessionsRequest.newBuilder().setAccount(account).build()).getSessionsList()) {
                json.human().printf(Locale.ROOT, "%-10s %-12s %5d %6d %-6s %12d  %-10s %10s %7s %9s%n", Integer.toUnsignedString(session.getAccount()),
                    Long.toUnsignedString(session.getSessionId()), session.getShard(), session.getEpoch(), session.getOpen() ? "open" : "closed", session.getAppliedClientSeq(),
                    session.hasStream() ? session.getStream().getPhase() : "-", session.hasStream() ? session.getStream().getNextAccountSeq() : "-",
                    session.hasStream() ? session.getStream().getQueuedFrames() : "-", session.hasStream() ? session.getStream().getSilentMs() + " ms" : "-");
                if (json.isOn()) {
                    trees.add(OrderSubmission.tree(session));
                }
            }
            json.write(trees);
            return 0;
        }
    }
}
