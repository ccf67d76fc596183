/** Dashboards, alerts and runbook: that they fit together, and that a running venue fills them. */
package bourse.deploy.monitoring;
