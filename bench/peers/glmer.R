# lme4: a binomial mixed model with the world's own tree, loadings and orders.
use("lme4")

STATIC <- "cbind(boys, girls) ~ 0 + birth_order + (1 | prefecture) + (1 | county) + (1 | township) + (0 + L | county) + (0 + L | township)"
COURSE <- paste(STATIC, "+ (1 | county_half) + (0 + L | county_half)")

fit_glmer <- function(formula, rows, nAGQ = 0L) {
  glmer(as.formula(formula), rows, binomial, nAGQ = nAGQ,
        control = glmerControl(calc.derivs = FALSE, optimizer = "bobyqa",
                               check.conv.singular = .makeCC("ignore", tol = 1e-4)))
}

# Variance of each row's linear predictor: the conditional variances of its effects, which are all that lme4 gives
# readily, added up as if they were independent.
row_variance <- function(fit, rows, L) {
  effects <- ranef(fit, condVar = TRUE)
  total <- numeric(nrow(rows))
  for (name in names(effects)) {
    own <- effects[[name]]
    variance <- attr(own, "postVar")
    at <- match(as.character(rows[[name]]), rownames(own))
    parts <- if (is.list(variance)) lapply(variance, function(v) v[1, 1, ]) else
      lapply(seq_len(dim(variance)[1]), function(k) variance[k, k, ])
    for (k in seq_along(parts)) {
      weight <- if (colnames(own)[k] == "L") L else 1
      total <- total + weight^2 * parts[[k]][at]
    }
  }
  total
}

course <- function(nAGQ) {
  rows <- half_years(read_cells())
  lap("read")
  fit <- fit_glmer(COURSE, rows, nAGQ)
  lap("fit")
  spread <- as.data.frame(VarCorr(fit))
  note("standard deviations: ", paste(spread$grp, spread$var1, signif(spread$sdcor, 3), collapse = "; "))
  eta <- predict(fit, type = "link")
  lap("course")
  write_estimates(rows, eta, NA_real_)
  lap("write")
  sd <- sqrt(row_variance(fit, rows, rows$L))
  lap("intervals")
  write_estimates(rows, eta, sd)
  lap("write")
}

# Each evaluation refits on 24 months: one value for all of them, or by half-years with the last one as the present.
rolling <- function(formula, by_half) {
  cells <- read_cells()
  towns <- unique(cells[, .(township, county, prefecture)])
  L <- sum(SECOND_UP * LOADING[2:3])
  lap("read")
  for (month in evaluated_months(cells)) {
    rows <- if (by_half) window_halves(cells, month) else window_rows(cells, month)
    towns[, county_half := factor(paste(county, 3))]
    lap("read")
    fit <- fit_glmer(formula, rows)
    lap("fit")
    fixed <- fixef(fit)
    effects <- ranef(fit)
    mean <- rep(sum(SECOND_UP * fixed[2:3]), nrow(towns))
    for (name in names(effects)) {
      own <- effects[[name]]
      at <- match(as.character(towns[[name]]), rownames(own))
      for (column in colnames(own)) {
        part <- own[[column]][at] * (if (column == "L") L else 1)
        mean <- mean + ifelse(is.na(part), 0, part)
      }
    }
    variance <- row_variance(fit, towns, L)
    variance[is.na(variance)] <- max(variance, na.rm = TRUE)
    p <- pnorm((mean - log(ALERT)) / sqrt(variance))
    lap("answers")
    keep_scores(month, as.integer(as.character(towns$township)), p, bayes_fdr(p))
    lap("write")
  }
}

switch(task, glmer = course(0L), glmer_laplace = course(1L), glmer_monthly = rolling(STATIC, FALSE),
       glmer_monthly_halves = rolling(COURSE, TRUE))
