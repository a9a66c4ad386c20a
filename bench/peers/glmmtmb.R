# glmmTMB: the same model, and one with first-order autoregressive county courses, a good user's choice.
use("glmmTMB")

STATIC <- "cbind(boys, girls) ~ 0 + birth_order + (1 | prefecture) + (1 | county) + (1 | township) + (0 + L | county) + (0 + L | township)"
COURSE <- paste(STATIC, "+ (1 | county_half) + (0 + L | county_half)")
AR1 <- paste(STATIC, "+ ar1(0 + half_factor | county)")
N_WITH_ERRORS <- 300

course <- function(formula) {
  rows <- half_years(read_cells())
  rows[, half_factor := factor(half)]
  lap("read")
  fit <- glmmTMB(as.formula(formula), rows, binomial,
                 control = glmmTMBControl(parallel = 1L, optCtrl = list(iter.max = 300, eval.max = 400)))
  lap("fit")
  note("convergence code ", fit$fit$convergence)
  eta <- predict(fit, type = "link")
  lap("course")
  write_estimates(rows, eta, NA_real_)
  lap("write")
  # Standard errors of all rows take hours: those of a random 300 tell the coverage.
  set.seed(1)
  chosen <- sort(sample(nrow(rows), min(N_WITH_ERRORS, nrow(rows))))
  sd <- rep(NA_real_, nrow(rows))
  sd[chosen] <- predict(fit, newdata = rows[chosen], type = "link", se.fit = TRUE)$se.fit
  note("intervals for ", length(chosen), " of ", nrow(rows), " cells")
  lap("intervals")
  write_estimates(rows, eta, sd)
  lap("write")
}

monthly <- function() {
  cells <- read_cells()
  rows <- window_rows(cells, max(cells$month))
  lap("read")
  glmmTMB(as.formula(STATIC), rows, binomial, control = glmmTMBControl(parallel = 1L))
  lap("fit")
}

switch(task, glmmtmb = course(COURSE), glmmtmb_ar1 = course(AR1), glmmtmb_monthly = monthly())
