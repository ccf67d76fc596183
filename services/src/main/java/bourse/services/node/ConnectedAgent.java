package bourse.services.node;

import bourse.services.transport.ShardConnection;
import org.agrona.CloseHelper;
import org.agrona.concurrent.Agent;
import org.agrona.concurrent.AgentInvoker;

import java.util.function.Supplier;

/** An agent together with the connections that only its thread may use: opened by that thread before the agent starts, closed after it has ended. */
final class ConnectedAgent implements Agent {
    private final String name;
    private final Agent agent;
    private final ShardConnection connection;
    private final Supplier<AgentInvoker> driver;
    private final AutoCloseable[] ports;

    /**
     * @param name   of its thread, where it has one
     * @param driver gives what must run while the connection waits, or null; asked on the agent's thread
     * @param ports  over the connection, in the order in which they are closed
     */
    ConnectedAgent(final String name, final Agent agent, final ShardConnection connection, final Supplier<AgentInvoker> driver, final AutoCloseable... ports) {
        this.name = name;
        this.agent = agent;
        this.connection = connection;
        this.driver = driver;
        this.ports = ports;
    }

    @Override
    public void onStart() {
        connection.open(driver.get());
        agent.onStart();
    }

    @Override
    public int doWork() throws Exception {
        return agent.doWork();
    }

    @Override
    public void onClose() {
        try {
            agent.onClose();
        } finally {
            CloseHelper.quietCloseAll(ports);
            CloseHelper.quietClose(connection);
        }
    }

    @Override
    public String roleName() {
        return name;
    }
}
