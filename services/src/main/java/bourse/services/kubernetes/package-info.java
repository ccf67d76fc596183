/**
 * What only the cluster knows: which pod this is, who leads, where the members are, which instruments are wanted, how much the cgroup allows.
 * Cold. Nothing here is needed to trade: without a cluster these classes are not started, and when the API server does not answer the venue
 * goes on with what it has. Each call that is made stands in deploy/kubernetes/base/rbac.yaml, and a test holds the two against each other.
 */
package bourse.services.kubernetes;
