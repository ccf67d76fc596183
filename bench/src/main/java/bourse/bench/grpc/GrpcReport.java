package bourse.bench.grpc;

import bourse.bench.report.Environment;
import java.io.PrintStream;
import java.util.Locale;

/**
 * What a rung through gRPC reached. Every counted order was matched, recorded in the log, and its outcome had come back to the client.
 *
 * @param rung                 {@code grpc-batch}, {@code grpc-stream} (batches of one) or {@code grpc-unary}
 * @param sync                 what an acknowledged order survives
 * @param form                 {@code messages} or {@code columns}: how commands and reports are written
 * @param ordersPerSecond      closed loop with {@code window} in flight, or, with {@code rate} above 0, what was reached of it
 * @param ordersPerSecondMin   of the seconds measured
 * @param latencyRate          orders per second at which latencies were measured, open loop; 0 = under the closed loop
 * @param p50Us                microseconds from when a batch was due until its last outcome came back
 * @param missedRate           the sender could not keep the rate: the latencies are not of that rate
 * @param serverCpuNsPerOrder  -1 = not ours to look into
 * @param clientCpuNsPerOrder  of this process
 * @param tradeHash            of the verification: the whole of a round, as published for the stream; null when no round was completed
 */
public record GrpcReport(String rung, String layout, String sync, int batch, String form, int window, String stream, double seconds, long orders,
                         long ordersPerSecond, long ordersPerSecondMin, long ordersPerSecondMax, long latencyRate, double p50Us,
                         double p90Us, double p99Us, double p999Us, double maxUs, boolean missedRate, double serverCpuNsPerOrder,
                         double serverAllocatedBytesPerOrder, double clientCpuNsPerOrder, long serverPeakResidentMb, long trades,
                         long tradedQuantity, long rejected, String tradeHash, boolean verified, Environment environment) {
    /** For people. */
    public void print(final PrintStream out) {
        out.printf(Locale.ROOT, "%s: batches of %d in %s, window %,d, layout %s, acknowledged orders survive the loss of the %s%n", rung, batch, form,
                window, layout, sync);
        out.printf(Locale.ROOT, "  %,d orders/s (%,d to %,d) over %.1f s: %,d orders, %,d trades, %,d rejected%s%n", ordersPerSecond,
                ordersPerSecondMin, ordersPerSecondMax, seconds, orders, trades, rejected,
                verified ? ", trades as published for the stream" : "");
        if (maxUs > 0) {
            out.printf(Locale.ROOT, "  latency at %s: p50 %,.0f us, p90 %,.0f, p99 %,.0f, p99.9 %,.0f, max %,.0f%s%n",
                    latencyRate == 0 ? "saturation" : String.format(Locale.ROOT, "%,d orders/s", latencyRate), p50Us, p90Us, p99Us, p999Us,
                    maxUs, missedRate ? "  (FAILED: the rate was not kept)" : "");
        }
        if (serverCpuNsPerOrder >= 0) {
            out.printf(Locale.ROOT, "  server CPU %,.0f ns per order, %,.1f B allocated, peak %,d MB; client CPU %,.0f ns%n",
                    serverCpuNsPerOrder, serverAllocatedBytesPerOrder, serverPeakResidentMb, clientCpuNsPerOrder);
        }
        if (environment != null) {
            environment.print(out);
        }
    }
}
