# surveillance: the binomial likelihood-ratio CUSUM, the one of its charts with the right likelihood, and
# farringtonFlexible on the counts of boys, to show how little a Poisson model sees.
use("surveillance")

NORMAL <- 1.063
OUT_OF_CONTROL <- 1.30
N_FARRINGTON <- 200

second_up <- function() {
  cells <- read_cells()
  both <- cells[order > 1, .(boys = sum(boys), births = sum(boys + girls)), by = .(township, month)]
  both[, township := as.integer(as.character(township))]
  full <- CJ(township = sort(unique(as.integer(as.character(cells$township)))), month = 0:max(cells$month))
  full <- both[full, on = .(township, month)]
  full[is.na(births), `:=`(boys = 0, births = 0)]
  full[]
}

share <- function(srb) srb / (1 + srb)

# The statistic is never reset, so that an alarm lasts while the evidence does; the threshold 4 flags.
categorical <- function() {
  cells <- second_up()
  log_density <- function(y, mu, size, log = TRUE, ...) dbinom(if (is.matrix(y)) y[1, ] else y[1], size,
                                                               if (is.matrix(mu)) mu[1, ] else mu[1], log = log)
  lap("read")
  months <- max(cells$month) + 1
  towns <- unique(cells$township)
  statistic <- matrix(0, months, length(towns))
  for (k in seq_along(towns)) {
    own <- cells[.(towns[k]), on = "township"]
    chart <- sts(observed = cbind(own$boys, own$births - own$boys), population = cbind(own$births, own$births),
                 multinomialTS = TRUE)
    inside <- rbind(rep(share(NORMAL), months), rep(1 - share(NORMAL), months))
    outside <- rbind(rep(share(OUT_OF_CONTROL), months), rep(1 - share(OUT_OF_CONTROL), months))
    found <- categoricalCUSUM(chart, control = list(range = seq_len(months), h = 1e6, pi0 = inside, pi1 = outside,
                                                    ret = "value", dfun = log_density))
    statistic[, k] <- found@upperbound[, 1]
  }
  lap("fit")
  for (month in evaluated_months(cells)) {
    keep_scores(month, towns, statistic[month + 1, ], statistic[month + 1, ] >= 4)
  }
  lap("write")
}

farrington <- function() {
  cells <- second_up()
  months <- max(cells$month) + 1
  # Its offset is the logarithm of births: townships with a month without any are passed over.
  towns <- head(cells[, .(fewest = min(births)), by = township][fewest > 0, township], N_FARRINGTON)
  wide <- function(column) as.matrix(dcast(cells[township %in% towns], month ~ township, value.var = column)[, -1])
  charts <- sts(observed = wide("boys"), population = wide("births"), frequency = 12)
  lap("read")
  found <- farringtonFlexible(charts, control = list(range = 37:months, b = 2, w = 3, populationOffset = TRUE,
                                                     noPeriods = 1, pastWeeksNotIncluded = 3, verbose = FALSE))
  lap("fit")
  alarms <- alarms(found)
  note("alarms in ", length(alarms), " township-months: ", sum(alarms, na.rm = TRUE))
  for (month in evaluated_months(cells)) {
    if (month >= 36) {
      flagged <- alarms[month - 35, ] > 0
      keep_scores(month, towns, as.numeric(flagged), flagged)
    }
  }
  lap("write")
}

switch(task, categorical_cusum = categorical(), farrington = farrington())
