# mgcv::bam with discretised covariates, its fastest form: random effects for the tree, smooth courses in time.
use("mgcv")

STATIC <- 'cbind(boys, girls) ~ 0 + birth_order + s(prefecture, bs = "re") + s(county, bs = "re") + s(township, bs = "re") + s(county, by = L, bs = "re") + s(township, by = L, bs = "re")'
COURSE <- paste(STATIC, '+ s(month, k = 6) + s(month, by = L, k = 6) + s(month, county, by = L, bs = "fs", k = 5, m = 1)')

fit_bam <- function(formula, rows) {
  bam(as.formula(formula), family = binomial(), data = rows, discrete = TRUE, method = "fREML", nthreads = 1)
}

course <- function() {
  cells <- read_cells()
  lap("read")
  fit <- fit_bam(COURSE, cells)
  lap("fit")
  # A half-year's value stands at its middle.
  rows <- half_years(cells)
  rows[, month := half * 6 + 2.5]
  found <- predict(fit, rows, type = "link", se.fit = TRUE)
  lap("course")
  write_estimates(rows, as.numeric(found$fit), as.numeric(found$se.fit))
  lap("write")
}

rolling <- function() {
  cells <- read_cells()
  towns <- unique(cells[, .(township, county, prefecture)])
  lap("read")
  for (month in rev(evaluated_months(cells))) {
    rows <- window_rows(cells, month)
    lap("read")
    fit <- fit_bam(STATIC, rows)
    lap("fit")
    at <- function(o) predict(fit, towns[, .(township, county, prefecture, birth_order = factor(o, levels = 1:3),
                                              L = LOADING[o])], type = "lpmatrix")
    X <- SECOND_UP[1] * at(2) + SECOND_UP[2] * at(3)
    mean <- as.numeric(X %*% coef(fit))
    sd <- sqrt(rowSums((X %*% vcov(fit)) * X))
    p <- pnorm((mean - log(ALERT)) / sd)
    lap("answers")
    keep_scores(month, as.integer(as.character(towns$township)), p, bayes_fdr(p))
    lap("write")
  }
}

switch(task, bam = course(), bam_monthly = rolling())
