package bourse.services.status;

/** The figures of a process that {@code bourse status --json} tells, and the metrics that they are. */
enum StatusFigure {
    LEADER("leader", "bourse_engine_leader"),
    ORDERS("orders", "bourse_engine_orders"),
    LEVELS("levels", "bourse_engine_levels"),
    BOOK_USED("bookUsed", "bourse_engine_pool_utilization"),
    APPLIED("logApplied", "bourse_engine_log_position_bytes_total"),
    COMMITTED("logCommitted", "bourse_engine_log_commit_position_bytes_total"),
    LOG_ERRORS("logErrors", "bourse_engine_log_errors_total"),
    SNAPSHOTS("snapshots", "bourse_engine_snapshots_total"),
    SNAPSHOTS_FAILED("snapshotsFailed", "bourse_engine_snapshots_failed_total"),
    DISK_FREE("diskFreeBytes", "bourse_engine_disk_free_bytes"),
    DISK_FULL("diskFull", "bourse_engine_disk_full"),
    STREAMS("streams", "bourse_gateway_streams"),
    SESSIONS("sessionsEstablished", "bourse_gateway_sessions_established_total"),
    COMMANDS("commands", "bourse_gateway_commands_in_total"),
    NOT_APPLIED("notPassedOn", "bourse_gateway_not_applied_total"),
    SLOW_READERS("slowReaders", "bourse_gateway_slow_readers_total"),
    TOKENS_REFUSED("credentialsRefused", "bourse_gateway_tokens_refused_total"),
    CERTIFICATE_END("certificateEndsSeconds", "bourse_gateway_certificate_not_after_seconds"),
    FEED_SEQ("feedSeq", "bourse_marketdata_feed_last_seq_total"),
    PACKETS("packets", "bourse_marketdata_packets_total"),
    PACKETS_DROPPED("packetsDropped", "bourse_marketdata_packets_dropped_total"),
    ASKED_AGAIN("recoveryRequests", "bourse_marketdata_recovery_requests_total"),
    SUBSCRIBERS("subscribers", "bourse_marketdata_subscribers"),
    PAGES("pages", "bourse_marketdata_pages");

    private final String jsonName;
    private final String metric;

    StatusFigure(final String jsonName, final String metric) {
        this.jsonName = jsonName;
        this.metric = metric;
    }

    String jsonName() {
        return jsonName;
    }

    String metric() {
        return metric;
    }
}
