package bourse.services.telemetry;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.metrics.Meter;

import java.lang.management.BufferPoolMXBean;
import java.lang.management.CompilationMXBean;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;

/** The virtual machine's own figures, under the names of OpenTelemetry's semantic conventions where there are such. */
final class JvmMetrics {
    private static final AttributeKey<String> MEMORY_TYPE = AttributeKey.stringKey("jvm.memory.type");
    private static final AttributeKey<String> GC_NAME = AttributeKey.stringKey("jvm.gc.name");
    private static final AttributeKey<String> POOL_NAME = AttributeKey.stringKey("jvm.buffer.pool.name");

    private JvmMetrics() {
    }

    static void register(final Meter meter) {
        final var memory = ManagementFactory.getMemoryMXBean();
        final Attributes heap = Attributes.of(MEMORY_TYPE, "heap");
        final Attributes nonHeap = Attributes.of(MEMORY_TYPE, "non_heap");
        meter.upDownCounterBuilder("jvm.memory.used").setUnit("By").buildWithCallback(used -> {
            used.record(memory.getHeapMemoryUsage().getUsed(), heap);
            used.record(memory.getNonHeapMemoryUsage().getUsed(), nonHeap);
        });
        meter.upDownCounterBuilder("jvm.memory.committed").setUnit("By").buildWithCallback(committed -> {
            committed.record(memory.getHeapMemoryUsage().getCommitted(), heap);
            committed.record(memory.getNonHeapMemoryUsage().getCommitted(), nonHeap);
        });
        meter.upDownCounterBuilder("jvm.memory.limit").setUnit("By")
            .buildWithCallback(limit -> limit.record(memory.getHeapMemoryUsage().getMax(), heap));
        final var runtime = ManagementFactory.getRuntimeMXBean();
        meter.gaugeBuilder("process.uptime").setUnit("s").buildWithCallback(uptime -> uptime.record(runtime.getUptime() / 1e3));
        meter.upDownCounterBuilder("jvm.buffer.memory.used").setUnit("By").buildWithCallback(used -> {
            for (final BufferPoolMXBean pool : ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class)) {
                used.record(pool.getMemoryUsed(), Attributes.of(POOL_NAME, pool.getName()));
            }
        });
        meter.counterBuilder("jvm.gc.collections").buildWithCallback(count -> {
            for (final GarbageCollectorMXBean collector : ManagementFactory.getGarbageCollectorMXBeans()) {
                count.record(collector.getCollectionCount(), Attributes.of(GC_NAME, collector.getName()));
            }
        });
        meter.counterBuilder("jvm.gc.time").setUnit("ms").buildWithCallback(time -> {
            for (final GarbageCollectorMXBean collector : ManagementFactory.getGarbageCollectorMXBeans()) {
                time.record(collector.getCollectionTime(), Attributes.of(GC_NAME, collector.getName()));
            }
        });
        final var threads = ManagementFactory.getThreadMXBean();
        meter.upDownCounterBuilder("jvm.thread.count").buildWithCallback(count -> count.record(threads.getThreadCount()));
        final CompilationMXBean compiler = ManagementFactory.getCompilationMXBean();
        if (compiler != null && compiler.isCompilationTimeMonitoringSupported()) {
            meter.counterBuilder("jvm.compilation.time").setUnit("ms").buildWithCallback(time -> time.record(compiler.getTotalCompilationTime()));
        }
        if (ManagementFactory.getOperatingSystemMXBean() instanceof com.sun.management.OperatingSystemMXBean system) {
            meter.counterBuilder("jvm.cpu.time").ofDoubles().setUnit("s").buildWithCallback(time -> time.record(system.getProcessCpuTime() / 1e9));
            meter.gaugeBuilder("jvm.cpu.recent_utilization").buildWithCallback(load -> load.record(Math.max(0, system.getProcessCpuLoad())));
        }
    }
}
