package bourse.gateway.session;

/** Something rare that another thread wants from the agent and that needs the log. */
@FunctionalInterface
public interface AgentTask {
    /** Runs on the agent's thread; false: could not now, try again in the next duty cycle, before any later one. */
    boolean run();
}
