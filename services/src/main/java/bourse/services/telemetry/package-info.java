/** What a process tells about itself: log records on stderr, metrics, health. Cold: it reads counters that the hot path keeps anyway. */
package bourse.services.telemetry;
