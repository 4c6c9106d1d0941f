// Package interchange exchanges work plans with other programs: Microsoft
// Project's XML format in and out, iCalendar out.
//
//	p, err := interchange.ReadMSPDI(file, interchange.MSPDIOptions{})
//	if err != nil {
//		return err // diag.Faults with the path of elements and the line
//	}
//	t, err := p.Schedule(ctx) // the dates that Microsoft Project would give
//	if err != nil {
//		return err
//	}
//	err = interchange.WriteMSPDI(out, p, t)
//	err = interchange.WriteICalendar(out, t, interchange.ICalendarOptions{Stamp: now})
//
// A plan goes out with [PlanMSPDI]. What a file holds that a plan has no place for
// comes as findings; [Messages] says them in English and Chinese.
//
// Nothing here reads the clock, the environment or the network. Readers are bounded
// in bytes, depth and number, follow no references, and expand no entities.
package interchange
