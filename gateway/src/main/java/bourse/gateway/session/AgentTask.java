package bourse.gateway.session;

/** Something rare that another thread wants from the agent. */
@FunctionalInterface
public interface AgentTask {
    /** Runs on the agent's thread; false: could not now, try again in the next duty cycle before any later task. */
    boolean run();
}
