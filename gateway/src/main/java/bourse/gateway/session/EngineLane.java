package bourse.gateway.session;

import bourse.gateway.egress.FramePool;
import bourse.gateway.ingress.IngressRing;

/**
 * One engine as network threads see it: what goes to it, what comes back, and the agent between. Immutable; any thread.
 *
 * @param agent  of this engine alone
 * @param ring   the way to it, of all network threads
 * @param frames that this agent fills
 */
public record EngineLane(GatewayAgent agent, IngressRing ring, FramePool frames) {
    /** Number of the engine cluster. */
    public int shard() {
        return agent.shard();
    }
}
