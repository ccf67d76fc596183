package bourse.gateway;

import bourse.gateway.session.VenueFold;
import bourse.sbe.port.CommandLog;
import bourse.sbe.port.EventSource;

/**
 * One engine that a gateway serves. Both ports are used by the agent of its shard alone.
 *
 * @param log    the way in
 * @param events the way out
 * @param fold   what is known before the first of {@code events}, of the shard whose number it has; the gateway's from now on
 */
public record EngineLink(CommandLog log, EventSource events, VenueFold fold) {
    int shard() {
        return fold.shard();
    }
}
