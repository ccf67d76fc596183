package bourse.services.status;

import com.fasterxml.jackson.core.JsonProcessingException;
import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import static org.assertj.core.api.Assertions.assertThat;

class VenueStatusTest {
    private static final long RESERVE = 64L << 20;
    private static final long NOW = 1_800_000_000_000L;
    private static final String ENGINE_HEALTH = "{\"ready\":true,\"warm\":true,\"draining\":false,\"engine\":true}";
    private static final String GATEWAY_HEALTH = "{\"ready\":true,\"warm\":true,\"draining\":false,\"gateway\":true,\"tokenKeys\":true,\"audit\":\"ok\"}";
    private static final String FEED_HEALTH = "{\"ready\":true,\"warm\":true,\"draining\":false,\"marketdata\":true}";
    private static final String COMMON = """
        # TYPE target_info gauge
        target_info{service_instance_id="/data#0",service_name="bourse",service_version="0.1.0"} 1
        process_uptime_seconds 125.5
        jvm_memory_used_bytes{jvm_memory_type="heap"} 1.048576E8
        jvm_memory_used_bytes{jvm_memory_type="non_heap"} 3.0E7
        """;
    private static final String ENGINE = COMMON + """
        bourse_engine_leader 1.0
        bourse_engine_log_position_bytes_total 1.0E9
        bourse_engine_log_commit_position_bytes_total 1.0E9
        bourse_engine_orders 1234.0
        bourse_engine_disk_free_bytes 7.7880696832E10
        bourse_engine_pool_utilization 9.5E-7
        """;
    private static final String GATEWAY = COMMON + "bourse_gateway_events_live 1.0\nbourse_gateway_audit_failed 0.0\nbourse_gateway_streams 12.0\n";
    private static final String FEED = COMMON + "bourse_marketdata_live 1.0\nbourse_marketdata_feed_last_seq_total 77.0\n";

    private final List<ProcessStatus> processes = new ArrayList<>();

    private void process(final String host, final String health, final String metrics) throws JsonProcessingException {
        processes.add(ProcessStatus.of("http://" + host, health, metrics));
    }

    private void member(final String host, final String engine) throws JsonProcessingException {
        process(host + ":7306", ENGINE_HEALTH, engine);
        process(host + ":7304", GATEWAY_HEALTH, GATEWAY);
        process(host + ":7307", FEED_HEALTH, FEED);
    }

    private VenueStatus venue() {
        return new VenueStatus(processes, RESERVE, NOW);
    }

    @Test
    void shouldSayThatAVenueIsWell() throws Exception {
        member("a", ENGINE);
        assertThat(venue().exitStatus()).isEqualTo(VenueStatus.WELL);
        assertThat(venue().attention()).isEmpty();
        assertThat(venue().text()).contains("The venue trades.")
            .anySatisfy(line -> assertThat(line).contains("a:7306", "engine: ready, warm, release 0.1.0, up 2 min, heap 100.0 MiB"))
            .anySatisfy(line -> assertThat(line).contains("1,234 orders"))
            .anySatisfy(line -> assertThat(line).contains("72.5 GiB free"))
            .anySatisfy(line -> assertThat(line).contains("12 streams open"))
            .anySatisfy(line -> assertThat(line).contains("up to 77"));
        assertThat(venue().tree()).containsEntry("trades", true).containsEntry("ready", true).containsEntry("attention", List.of());
        assertThat((Map<?, ?>) ((Map<?, ?>) ((List<?>) venue().tree().get("processes")).getFirst()).get("figures"))
            .satisfies(figures -> assertThat(figures.get("orders")).isEqualTo(1234.0));
    }

    @Test
    void shouldNotTakeADiskThatIsNotWatchedForAFullOne() throws Exception {
        member("a", ENGINE.replaceAll("bourse_engine_disk_free_bytes.*", ""));
        assertThat(venue().attention()).isEmpty();
        assertThat(venue().text()).anySatisfy(line -> assertThat(line).contains("disk       not watched"));
    }

    @Test
    void shouldCallADiskFullUntilOrdersAreTakenAgain() throws Exception {
        // The reserve was given back: more is free than its size.
        member("a", ENGINE.replace("7.7880696832E10", "1.2E8") + "bourse_engine_disk_full 1.0\n");
        assertThat(venue().attention()).containsExactly("a:7306: disk full, 114.4 MiB free: new orders are refused");
    }

    @Test
    void shouldTellAMemberThatIsAwayAndOneThatIsBehind() throws Exception {
        member("a", ENGINE);
        member("b", ENGINE.replace("bourse_engine_leader 1.0", "bourse_engine_leader 0.0").replace("position_bytes_total 1.0E9", "position_bytes_total 8.0E8"));
        processes.add(new ProcessStatus("http://c:7304", "does not answer (Connection refused)", Map.of(), new MetricsText("")));
        assertThat(venue().exitStatus()).isEqualTo(VenueStatus.LOOK);
        assertThat(venue().attention()).containsExactly("c:7304: does not answer (Connection refused)",
            "b:7306 is 190.7 MiB of log behind the furthest member");
        assertThat(venue().text().getFirst()).isEqualTo("The venue trades, but not all of it is ready.");
    }

    @Test
    void shouldJudgeEachShardByItself() throws Exception {
        process("a:7306", ENGINE_HEALTH, ENGINE);
        process("a:7316", ENGINE_HEALTH.replace("\"engine\":true", "\"engine\":true,\"shard\":\"1\""), ENGINE.replace("position_bytes_total 1.0E9", "position_bytes_total 8.0E8"));
        process("a:7304", GATEWAY_HEALTH.replace("\"gateway\":true", "\"gateway\":true,\"shard-0\":true,\"shard-1\":true"), GATEWAY);
        process("a:7307", FEED_HEALTH, FEED);
        assertThat(venue().attention()).isEmpty();
        assertThat(venue().exitStatus()).isEqualTo(VenueStatus.WELL);
        processes.remove(2);
        process("a:7304", GATEWAY_HEALTH.replace("\"ready\":true", "\"ready\":false").replace("\"gateway\":true", "\"gateway\":false,\"shard-0\":true,\"shard-1\":false"), GATEWAY);
        assertThat(venue().attention()).containsExactly("a:7304 is not ready: gateway, shard-1");
        assertThat(venue().exitStatus()).isEqualTo(VenueStatus.LOOK);
    }

    @Test
    void shouldTakeAFollowersWordForItsLeader() throws Exception {
        member("b", ENGINE.replace("bourse_engine_leader 1.0", "bourse_engine_leader 0.0"));
        assertThat(venue().attention()).isEmpty();
        assertThat(venue().exitStatus()).isEqualTo(VenueStatus.WELL);
        assertThat(venue().text()).contains("engine   b:7306 follows");
    }

    @Test
    void shouldSayWhyNobodyTrades() throws Exception {
        process("a:7306", ENGINE_HEALTH.replace("true", "false"), ENGINE.replace("bourse_engine_leader 1.0", "bourse_engine_leader 0.0"));
        process("a:7304", GATEWAY_HEALTH.replace("\"ready\":true", "\"ready\":false").replace("\"gateway\":true", "\"gateway\":false"), GATEWAY);
        assertThat(venue().exitStatus()).isEqualTo(VenueStatus.AWAY);
        assertThat(venue().text().getFirst()).isEqualTo("The venue does not trade.");
        assertThat(venue().attention()).containsExactly("a:7306 is not ready: engine", "a:7304 is not ready: gateway",
            "no process with the part marketdata answers", "no member leads: orders are not accepted");
    }

    @Test
    void shouldTellWhatShouldBeLookedAt() throws Exception {
        process("a:7306", ENGINE_HEALTH, ENGINE.replace("7.7880696832E10", "5.0E8").replace("9.5E-7", "0.951")
            + "bourse_engine_log_errors_total 3.0\nbourse_engine_snapshots_failed_total 1.0\n");
        process("a:7304", GATEWAY_HEALTH.replace("\"ok\"", "\"NOT WRITTEN: no space\""), GATEWAY.replace("0.1.0", "0.2.0").replace("live 1.0", "live 0.0")
            .replace("audit_failed 0.0", "audit_failed 1.0") + "bourse_gateway_certificate_not_after_seconds " + (NOW / 1000 + 3 * 86_400) + "\n");
        process("a:7307", FEED_HEALTH, FEED.replace("live 1.0", "live 0.0") + "bourse_marketdata_shared_groups 1.0\nbourse_marketdata_packets_dropped_total 9\n");
        assertThat(venue().exitStatus()).isEqualTo(VenueStatus.LOOK);
        assertThat(venue().attention()).containsExactly("different releases run: 0.1.0, 0.2.0",
            "a:7306: 3 errors of the log since its start; its log says which", "a:7306: 1 snapshots came to nothing", "a:7306: disk low, 476.8 MiB free",
            "a:7306: 95% of the order slots are in use (engine.maxOrders)", "a:7304 reads the recording, not live events: its clients are late",
            "a:7304: the audit log is not whole: NOT WRITTEN: no space", "a:7304: its certificate ends in 3 days",
            "a:7307 reads the recording, not live events: the feed is late", "a:7307: another venue sends on the same multicast groups",
            "a:7307: 9 packets were not taken by the operating system");
    }

    @Test
    void shouldReadLabelsAndValues() {
        final MetricsText metrics = new MetricsText("# HELP x y\nx{a=\"1\",b=\"q\\\"}\"} 2.5E3\nx{a=\"2\"} +Inf 1700000000000\ny 7\n");
        assertThat(metrics.value("x")).hasValue(2_500);
        assertThat(metrics.value("x", "a", "2")).hasValue(Double.POSITIVE_INFINITY);
        assertThat(metrics.label("x", "b")).isEqualTo("q\"}");
        assertThat(metrics.value("y")).hasValue(7);
        assertThat(metrics.value("z")).isEmpty();
    }
}
