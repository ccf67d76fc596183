package bourse.bench.grpc;

import com.sun.tools.attach.AttachNotSupportedException;
import com.sun.tools.attach.VirtualMachine;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.reflect.UndeclaredThrowableException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import javax.management.JMX;
import javax.management.MBeanServerConnection;
import javax.management.ObjectName;
import javax.management.remote.JMXConnector;
import javax.management.remote.JMXConnectorFactory;
import javax.management.remote.JMXServiceURL;

/**
 * Looks into another JVM on this machine from outside: its CPU time and what its threads have allocated. The venue need not know. Blocking;
 * not for timed loops.
 */
final class ProcessProbe implements AutoCloseable {
    /** What has been used since the process began; -1 = not known. */
    record Usage(long cpuNs, long allocatedBytes, long residentKb) {
        /** Both together; what is not known of one is not known of both. */
        Usage plus(final Usage other) {
            return new Usage(cpuNs < 0 || other.cpuNs < 0 ? -1 : cpuNs + other.cpuNs,
                    allocatedBytes < 0 || other.allocatedBytes < 0 ? -1 : allocatedBytes + other.allocatedBytes,
                    residentKb < 0 || other.residentKb < 0 ? -1 : residentKb + other.residentKb);
        }

        /** What was used between two looks. */
        Usage since(final Usage before) {
            return new Usage(cpuNs < 0 || before.cpuNs < 0 ? -1 : cpuNs - before.cpuNs, allocatedBytes < 0 || before.allocatedBytes < 0 ? -1 : allocatedBytes - before.allocatedBytes,
                    residentKb);
        }
    }

    private final ProcessHandle process;
    private final JMXConnector connector;
    private final com.sun.management.OperatingSystemMXBean system;
    private final com.sun.management.ThreadMXBean threads;

    private ProcessProbe(final ProcessHandle process, final JMXConnector connector) throws IOException {
        this.process = process;
        this.connector = connector;
        if (connector == null) {
            system = null;
            threads = null;
            return;
        }
        final MBeanServerConnection server = connector.getMBeanServerConnection();
        try {
            system = JMX.newMXBeanProxy(server, new ObjectName(ManagementFactory.OPERATING_SYSTEM_MXBEAN_NAME),
                    com.sun.management.OperatingSystemMXBean.class);
            threads = JMX.newMXBeanProxy(server, new ObjectName(ManagementFactory.THREAD_MXBEAN_NAME),
                    com.sun.management.ThreadMXBean.class);
        } catch (final javax.management.MalformedObjectNameException e) {
            throw new IllegalStateException("a platform bean's name is malformed", e);
        }
    }

    /** A probe of a JVM of the same user; where it can't be attached to, CPU time alone is known. */
    @SuppressWarnings("BanJNDI") // The address comes from the local agent of a JVM that this program has started.
    static ProcessProbe of(final ProcessHandle process) throws IOException {
        try {
            final VirtualMachine machine = VirtualMachine.attach(Long.toString(process.pid()));
            try {
                return new ProcessProbe(process, JMXConnectorFactory.connect(new JMXServiceURL(machine.startLocalManagementAgent())));
            } finally {
                machine.detach();
            }
        } catch (final AttachNotSupportedException | IOException e) {
            return new ProcessProbe(process, null);
        }
    }

    Usage now() {
        try {
            if (system != null) {
                return new Usage(system.getProcessCpuTime(), threads.getTotalThreadAllocatedBytes(), residentKb());
            }
        } catch (final UndeclaredThrowableException e) {
            // The connection broke: a busy machine, or the process is gone. What the operating system knows has to do.
        }
        return new Usage(process.info().totalCpuDuration().map(Duration::toNanos).orElse(-1L), -1, residentKb());
    }

    private long residentKb() {
        try {
            for (final String line : Files.readAllLines(Path.of("/proc", Long.toString(process.pid()), "status"))) {
                if (line.startsWith("VmHWM:")) {
                    return Long.parseLong(line.replaceAll("\\D", ""));
                }
            }
        } catch (final IOException e) {
            // not Linux, or gone
        }
        return -1;
    }

    @Override
    public void close() {
        if (connector != null) {
            try {
                connector.close();
            } catch (final IOException e) {
                // the venue has gone before us
            }
        }
    }
}
