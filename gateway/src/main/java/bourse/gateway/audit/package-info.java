/** Who did what, written down so that later changes show. Cold. */
package bourse.gateway.audit;
