package bourse.gateway;

import java.util.concurrent.CompletionStage;

/** What administration asks of the process itself rather than of the log. Owned by the gateway, implemented by whoever runs it. */
public interface AdminPort {
    /** Takes a snapshot of that engine's state; completes with the log position that it stands at. */
    CompletionStage<Long> takeSnapshot(int shard);
}
