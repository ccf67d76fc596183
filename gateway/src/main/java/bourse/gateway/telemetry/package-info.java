/** What the gateway counts, for whoever exports metrics. */
package bourse.gateway.telemetry;
