# Runs one task of one peer: Rscript --vanilla run.R SCRIPT TASK FOLDER, the script standing beside this file.
here <- dirname(sub("^--file=", "", grep("^--file=", commandArgs(), value = TRUE)[1]))
source(file.path(here, "shared.R"))
source(file.path(here, script))
